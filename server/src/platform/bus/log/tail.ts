import { setTimeout as sleep } from 'node:timers/promises'
import type { Appended } from './sequencer.ts'
import type { Logged, Place } from './store.ts'

/** Facts read at a time. */
const READ = 1000
/** Milliseconds until a read that failed is repeated. */
const OUTAGE_WAIT = 500

export interface TailParts {
  types: () => readonly string[]
  /** The wanted facts after a place, oldest first. */
  read: (after: Place, upTo: number, limit: number) => Promise<readonly Logged[]>
  /** These are all that are wanted between two places; undefined when nothing was there that could be, unread. */
  arrived: (logged: readonly Logged[] | undefined, from: number, to: Place) => void
  stopped: AbortSignal
}

/** Follows the end of the log: reads when something wanted was appended, and only then. */
export function createTail({ types, read, arrived, stopped }: TailParts) {
  let at: Place = { position: 0, since: new Date(0) }
  let target = 0
  let reading = false

  function wake(head: number): void {
    if (head > target) target = head
    if (reading || stopped.aborted || at.position >= target) return
    reading = true
    readOn()
      .catch(() => sleep(OUTAGE_WAIT, undefined, { signal: stopped })) // the database is away: the listener tells of it
      .catch(() => undefined) // stopped while it waited
      .finally(() => {
        reading = false
        wake(0)
      })
  }

  async function readOn(): Promise<void> {
    while (!stopped.aborted && at.position < target) {
      const upTo = target
      const logged = await read(at, upTo, READ)
      const last = logged.at(-1)
      const since = last?.loggedAt ?? at.since
      move(logged, last && logged.length === READ ? { position: last.fact.position, since } : { position: upTo, since })
    }
  }

  function move(logged: readonly Logged[] | undefined, to: Place): void {
    const from = at.position
    at = to
    arrived(logged, from, to)
  }

  return {
    wake,
    place: () => at,
    begin(head: number): void {
      at = { position: head, since: new Date(0) }
    },
    /** Facts came into the log; when none is wanted the tail moves on without a look. */
    appended({ from, head, types: came }: Appended): void {
      const nothing = !came.includes('*') && !types().some((type) => came.includes(type))
      if (nothing && !reading && at.position === from) move(undefined, { ...at, position: head })
      else wake(head)
    },
  }
}
export type Tail = ReturnType<typeof createTail>
