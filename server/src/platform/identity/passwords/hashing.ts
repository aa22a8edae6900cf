import { randomBytes } from 'node:crypto'
import { hash, parseOptions, verify } from '@node-rs/argon2'
import { unavailable } from '../../errors/index.ts'

/** Cost of one argon2id hash; OWASP's second choice: 19 MiB, two passes, one lane. */
export interface HashCost {
  memoryKib: number
  passes: number
}
export const OWASP_COST: HashCost = { memoryKib: 19_456, passes: 2 }

/** Hashes run on libuv's four threads, which files and name look-ups need as well; so two at a time, others wait. */
const AT_ONCE = 2
const WAITING = 100

export interface PasswordHashing {
  hash(password: string): Promise<string>
  /** Whether the password fits. Without a stored hash it takes as long and says no, so that time tells nothing. */
  fits(stored: string | undefined, password: string): Promise<boolean>
  /** Whether the stored hash was made at another cost than the present one. */
  outdated(stored: string): boolean
}

export function createPasswordHashing({ memoryKib, passes }: HashCost = OWASP_COST): PasswordHashing {
  const cost = { memoryCost: memoryKib, timeCost: passes, parallelism: 1 }
  const turn = createTurns(AT_ONCE, WAITING)
  const dummy = `$argon2id$v=19$m=${memoryKib},t=${passes},p=1$${noise(16)}$${noise(32)}`
  // One form of each character, so that a password typed on another keyboard is the same password (NIST SP 800-63B).
  const bytes = (password: string) => Buffer.from(password.normalize('NFKC'))
  return {
    hash: (password) => turn(() => hash(bytes(password), cost)),
    fits: (stored, password) =>
      turn(async () => (await verify(stored ?? dummy, bytes(password))) && stored !== undefined),
    outdated(stored) {
      const made = parseOptions(stored)
      return made.memoryCost !== memoryKib || made.timeCost !== passes || made.parallelism !== 1
    },
  }
}

const noise = (bytes: number): string => randomBytes(bytes).toString('base64').replace(/=+$/, '')

/** Lets `atOnce` pieces of work run and `waiting` more wait; the next is turned away. */
function createTurns(atOnce: number, waiting: number) {
  let running = 0
  const queue: (() => void)[] = []
  return async function turn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= atOnce) {
      if (queue.length >= waiting)
        throw unavailable('too many people are signing in at this moment; try again in a few seconds', {
          retryAfter: 5,
        })
      await new Promise<void>((go) => queue.push(go))
    } else running++
    try {
      return await work()
    } finally {
      const next = queue.shift()
      if (next) next()
      else running--
    }
  }
}
