import { type Logged, OLDEST, type Place } from '../log/store.ts'

/** Facts read ahead; a lane that has this many waiting reads the rest itself when it comes to them. */
const READ_AHEAD = 1000

/** What a lane has read and not yet handled, and where it stands. */
export function createAhead(start: number, read: (after: Place, upTo: number, limit: number) => Promise<Logged[]>) {
  let queue: Logged[] = []
  /** Done up to here, as the database says. */
  let position = start
  /** Read up to here: what is between the two is in the queue, or not for this lane. */
  let cursor: Place = { ...OLDEST, position: start }
  /** The log is known to reach to here. */
  let goal: Place = cursor

  return {
    hasMore: () => queue.length > 0 || cursor.position < goal.position,
    isEmpty: () => queue.length === 0,
    /** Whether facts may be offered that follow `from`; otherwise the lane reads them itself. */
    ready: (from: number) => cursor.position === from && queue.length < READ_AHEAD,
    offer(logged: readonly Logged[], from: number, to: Place): void {
      if (cursor.position !== from) return
      for (const one of logged) queue.push(one)
      cursor = to
    },
    chase(to: Place): void {
      if (to.position > goal.position) goal = to
    },
    async readOn(): Promise<void> {
      const to = goal
      const logged = await read(cursor, to.position, READ_AHEAD)
      const last = logged.at(-1)
      queue = logged
      cursor = last && logged.length === READ_AHEAD ? { position: last.fact.position, since: last.loggedAt } : { ...to }
    },
    /** The next facts, and where the lane stands when they are done. */
    next(most: number) {
      const facts = queue.slice(0, most).map(({ fact }) => fact)
      const last = facts.at(-1)
      return { position, facts, upTo: last && queue.length > facts.length ? last.position : cursor.position }
    },
    done(upTo: number): void {
      position = upTo
      queue = queue.filter(({ fact }) => fact.position > upTo)
    },
    /** The database knows of facts that were not for this lane. */
    pass(to: number): void {
      if (to > position) position = to
    },
    /** Forgets what was read and goes on from here. */
    restart(at: number): void {
      position = at
      queue = []
      cursor = { ...OLDEST, position: at }
    },
    /** Passed facts that were not for this lane, which the database does not know yet. */
    passed: () =>
      queue.length === 0 && cursor.position > position ? { from: position, to: cursor.position } : undefined,
  }
}
