import { isIPv4, isIPv6 } from 'node:net'
import { HOUR, MINUTE, SECOND } from '../face.ts'

/** How patient we are with one kind of failures. */
export interface Patience {
  /** Failures without any delay. */
  free: number
  /** After `free`: one second, then twice as long each time, up to this. */
  longest: number
  /** A pause this long forgives everything. */
  forgiven: number
}

/**
 * Who pays for a failure. `pair`: one account from one network, so a stranger elsewhere delays only himself. `device`:
 * one account from a browser it was signed in with before, which strangers cannot spoil. `network` and `account` catch
 * many accounts from one place and one account from many places; a known device is not held up by them.
 */
export const PATIENCE = {
  pair: { free: 5, longest: 15 * MINUTE, forgiven: HOUR },
  device: { free: 10, longest: 15 * MINUTE, forgiven: HOUR },
  network: { free: 50, longest: 5 * MINUTE, forgiven: 15 * MINUTE },
  account: { free: 100, longest: 15 * MINUTE, forgiven: HOUR },
} satisfies Record<string, Patience>
export type Scope = keyof typeof PATIENCE

/** Milliseconds to wait after that many failures. */
export const delayAfter = (failures: number, { free, longest }: Patience): number =>
  failures < free ? 0 : Math.min(longest, SECOND * 2 ** Math.min(30, failures - free))

/** The network an address belongs to: whoever has one IPv6 address has 2⁶⁴ of them. */
export function networkOf(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1] ?? ip
  if (isIPv4(mapped)) return mapped
  if (!isIPv6(ip)) return 'unknown'
  const [head = '', tail] = ip.toLowerCase().split('%')[0]?.split('::') ?? []
  const front = head ? head.split(':') : []
  const back = tail ? tail.split(':') : []
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length)
  const groups = [...front, ...Array<string>(zeros).fill('0'), ...back]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
