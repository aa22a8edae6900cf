import { later, SECOND } from './face.ts'

/** How long another process may go on with what it knew: the longest time a revocation can take to act everywhere. */
export const REMEMBERED_SECONDS = 5
const MOST = 10_000

interface Entry<T> {
  value: T
  until: Date
}

/**
 * Remembers for a few seconds who somebody is. Many who ask at once cause one look-up; what is known of an account is
 * dropped at once when it changes, also what is being looked up at that moment.
 */
export function createMemory<T extends { accountId: string }>({
  now,
  load,
}: {
  now: () => Date
  load: (key: string) => Promise<T | undefined>
}) {
  const entries = new Map<string, Entry<T>>()
  const under = new Map<string, Promise<T | undefined>>()
  let changes = 0

  function lookUp(key: string): Promise<T | undefined> {
    const before = changes
    const looking = load(key).then((value) => {
      if (value && before === changes) keep(key, value)
      return value
    })
    under.set(key, looking)
    const done = () => {
      if (under.get(key) === looking) under.delete(key)
    }
    looking.then(done, done)
    return looking
  }

  function keep(key: string, value: T): void {
    if (entries.size >= MOST) entries.clear()
    entries.set(key, { value, until: later(now(), REMEMBERED_SECONDS * SECOND) })
  }

  return {
    async of(key: string): Promise<T | undefined> {
      const known = entries.get(key)
      if (known && known.until > now()) return known.value
      return under.get(key) ?? lookUp(key)
    },
    /** Call after the change is committed. */
    forget(accountId: string): void {
      changes++
      under.clear()
      for (const [key, { value }] of entries) if (value.accountId === accountId) entries.delete(key)
    },
  }
}
