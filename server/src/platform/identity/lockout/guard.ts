import { createHash } from 'node:crypto'
import { tooMany } from '../../errors/index.ts'
import type { Db } from '../../storage/index.ts'
import { DAY, type IdentityParts, later, SECOND } from '../face.ts'
import { hashOf, newSecret } from '../sessions/secrets.ts'
import { delayAfter, networkOf, PATIENCE, type Scope } from './rules.ts'
import { createDelayStore } from './store.ts'

const DEVICE_LIFE = 365 * DAY
/** Asked for when the account does not exist, so that it takes as long. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

/** One attempt to prove who somebody is. It counts as a failure from the start, until it is said to be none. */
export interface Attempt {
  /** It proved right: what failed before from there is forgiven. */
  succeeded(): Promise<void>
  /** It was neither right nor wrong, such as a missing second factor. */
  withdrawn(): Promise<void>
  /** The delay that the next attempt meets, in milliseconds. */
  delay: number
}

interface Counter {
  scope: Scope
  key: Buffer
}

/** Delays guessing without letting anybody lock somebody else out. Unknown accounts are treated just like known ones. */
export function createGuard({ db, now }: Pick<IdentityParts, 'db' | 'now'>) {
  const store = createDelayStore(db)

  async function enter(counters: readonly Counter[], queue: Buffer): Promise<Attempt> {
    const taken = await db.transaction().execute((tx) => take(createDelayStore(tx), counters, queue))
    if ('wait' in taken) {
      const seconds = Math.ceil(taken.wait / SECOND)
      throw tooMany(`too many failed attempts; try again in ${seconds} s`, seconds)
    }
    const own = counters.filter(({ scope }) => scope === 'pair' || scope === 'device').map(({ key }) => key)
    const all = counters.map(({ key }) => key)
    return {
      delay: taken.delay,
      async succeeded() {
        await store.takeBack(all)
        await store.clear(own)
      },
      withdrawn: () => store.takeBack(all),
    }
  }

  async function take(
    inTx: ReturnType<typeof createDelayStore>,
    counters: readonly Counter[],
    queue: Buffer,
  ): Promise<{ wait: number } | { delay: number }> {
    await inTx.oneAtATime(queue)
    const present = await inTx.all(counters.map(({ key }) => key))
    const wait = Math.max(0, ...present.map(({ blockedUntil }) => blockedUntil.getTime() - now().getTime()))
    if (wait > 0) return { wait }
    let longest = 0
    for (const { scope, key } of counters) {
      const before = present.find((delay) => delay.key.equals(key))
      const stale = !before || later(before.lastAt, PATIENCE[scope].forgiven) < now()
      const failures = stale ? 1 : before.failures + 1
      const delay = delayAfter(failures, PATIENCE[scope])
      longest = Math.max(longest, delay)
      await inTx.put({ key, failures, lastAt: now(), blockedUntil: later(now(), delay) })
    }
    return { delay: longest }
  }

  return {
    /** Before a password is checked. `device` is the cookie that an earlier success left in this browser. */
    async signIn({ email, accountId, ip, device }: SignInAttempt): Promise<Attempt> {
      const network = networkOf(ip)
      const queue = keyOf('account', email)
      if (device && (await store.knows(hashOf(device), accountId ?? NOBODY, now())))
        return enter([{ scope: 'device', key: keyOf('device', device) }], queue)
      return enter(
        [
          { scope: 'pair', key: keyOf('pair', email, network) },
          { scope: 'network', key: keyOf('network', network) },
          { scope: 'account', key: queue },
        ],
        queue,
      )
    },
    /** Before somebody who is signed in proves again who they are: a stolen session must not guess the password. */
    confirm(sessionId: string): Promise<Attempt> {
      const key = keyOf('confirm', sessionId)
      return enter([{ scope: 'pair', key }], key)
    },
    /** Makes the browser known to the account; the answer goes into its device cookie. */
    async remember(tx: Db, accountId: string): Promise<string> {
      const device = newSecret()
      await createDelayStore(tx).addDevice({
        hash: hashOf(device),
        accountId,
        expiresAt: later(now(), DEVICE_LIFE),
      })
      return device
    },
    knows: (device: string, accountId: string) => store.knows(hashOf(device), accountId, now()),
    tidy: () => store.tidy({ now: now(), forgiven: later(now(), -DAY) }),
  }
}
export type Guard = ReturnType<typeof createGuard>

export interface SignInAttempt {
  email: string
  accountId: string | undefined
  ip: string
  device: string | undefined
}

/** The table tells neither addresses nor e-mails. */
const keyOf = (...parts: string[]): Buffer => createHash('sha256').update(JSON.stringify(parts)).digest()
