import { isIPv6 } from 'node:net'
import type { Redis } from 'ioredis'
import type { Principal } from '../../access/index.ts'
import { createMemoryLimits } from './memory.ts'
import type { Policy, Verdict } from './policy.ts'
import { createRedisLimits } from './redis.ts'

export interface Limits {
  /** Counts one request and says whether it fits; at once where the counts are in this process. */
  take(key: string, policy: Policy): Verdict | Promise<Verdict>
}

/** Counts in Redis when there is one; while it does not answer, each process counts for itself. */
export function createLimits({ redis, now }: { redis?: Redis | undefined; now?: () => number }): Limits {
  const memory = createMemoryLimits(now)
  if (!redis) return memory
  const shared = createRedisLimits(redis, now)
  return { take: (key, policy) => shared.take(key, policy).catch(() => memory.take(key, policy)) }
}

/** Whom a request is counted for: an API key, a person, or the address of somebody unknown. */
export function callerKey(principal: Principal, ip: string): string {
  if (principal.kind === 'anonymous') return `ip ${network(ip)}`
  return principal.keyId ? `key ${principal.keyId}` : `${principal.kind} ${principal.id}`
}

/** One customer of a provider usually holds a whole /64 of IPv6 addresses, so they count as one. */
export function network(ip: string): string {
  if (!isIPv6(ip)) return ip
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)
  if (mapped?.[1]) return mapped[1]
  const [head = '', tail] = ip.split('::')
  const left = head.split(':').filter(Boolean)
  if (tail === undefined) return `${left.slice(0, 4).join(':')}::/64`
  const right = tail.split(':').filter(Boolean)
  const all = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
  return `${all.slice(0, 4).join(':')}::/64`
}
