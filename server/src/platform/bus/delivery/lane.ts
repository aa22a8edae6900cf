import { setTimeout as sleep } from 'node:timers/promises'
import { reasonOf } from '../../errors/index.ts'
import type { Log } from '../../telemetry/index.ts'
import { type Logged, OLDEST, type Place } from '../log/store.ts'
import { afterOutage } from './backoff.ts'
import type { Limit } from './limit.ts'
import type { LaneOf } from './store.ts'
import type { Outcome, Turns } from './turn.ts'

/** Facts handled in one transaction. */
const BATCH = 200
/** Facts read ahead; a lane that has this many waiting reads the rest itself when it comes to them. */
const READ_AHEAD = 1000
/** Milliseconds until a lane that another transaction holds is asked for again. */
const HELD_WAIT = 100

/** Milliseconds from the start of a batch to that of the next one, unless that is full: fewer, larger transactions. */
const PACE = 10

export interface LaneParts {
  of: LaneOf
  turns: Turns
  limit: Limit
  log: Log
  /** The lane's facts after a place. */
  read: (after: Place, upTo: number, limit: number) => Promise<Logged[]>
  /** Where the database says the lane stands. */
  stored: () => Promise<number>
  /** A key was tried again: the group looks when the next is due. */
  retried: () => void
  stopped: AbortSignal
}

/** Works off the facts of one lane, one transaction after another. */
export function createLane({ of, turns, limit, log, read, stored, retried, stopped }: LaneParts, start: number) {
  const retries = new Set<string>()
  let queue: Logged[] = []
  /** Done up to here, as the database says. */
  let position = start
  /** Read up to here: what is between the two is in the queue, or not for this lane. */
  let cursor: Place = { ...OLDEST, position: start }
  /** The log is known to reach to here. */
  let goal: Place = cursor
  let failures = 0
  let began = 0
  let leaving = false
  let work: Promise<void> | undefined

  const ending = () => leaving || stopped.aborted

  function kick(): void {
    work ??= run().finally(() => {
      work = undefined
      if (!ending() && hasWork()) kick()
    })
  }
  const hasWork = () => retries.size > 0 || queue.length > 0 || cursor.position < goal.position

  async function run(): Promise<void> {
    while (!ending() && hasWork()) {
      try {
        await step()
        failures = 0
      } catch (error) {
        if (ending()) return
        failures++
        if (failures === 1)
          log.warn({ group: of.group, lane: of.lane, reason: reasonOf(error) }, 'a lane of the event log must wait')
        await sleep(afterOutage(failures), undefined, { signal: stopped }).catch(() => undefined)
        if (!ending()) await restart().catch(() => undefined) // still away: the next step fails and waits longer
      }
    }
  }

  async function step(): Promise<void> {
    const [key] = retries
    if (key !== undefined) {
      const outcome = await limit(() => turns.retry(of, key))
      if (outcome.kind === 'held') return void (await sleep(HELD_WAIT))
      retries.delete(key)
      return retried()
    }
    if (queue.length === 0) await readOn()
    if (queue.length === 0) return
    const early = began + PACE - performance.now()
    if (early > 1 && queue.length < BATCH) await sleep(early)
    began = performance.now()
    await handle()
  }

  async function readOn(): Promise<void> {
    const to = goal
    const logged = await read(cursor, to.position, READ_AHEAD)
    const last = logged.at(-1)
    queue = logged
    cursor = last && logged.length === READ_AHEAD ? { position: last.fact.position, since: last.loggedAt } : { ...to }
  }

  async function handle(): Promise<void> {
    const logged = queue.slice(0, BATCH)
    const facts = logged.map(({ fact }) => fact)
    const last = facts.at(-1)
    if (!last) return
    const batch = { of, position, facts, upTo: queue.length > facts.length ? last.position : cursor.position }
    // The common case costs nothing extra; only when a fact fails are all taken again, each behind a savepoint.
    const outcome = await limit(() => turns.batch(batch, 'together').catch(() => again(batch)))
    await settle(outcome)
  }

  function again(batch: Parameters<Turns['batch']>[0]): Promise<Outcome> {
    if (stopped.aborted) throw new Error('the bus has stopped')
    return turns.batch(batch, 'singly').finally(retried)
  }

  async function settle(outcome: Outcome): Promise<void> {
    if (outcome.kind === 'held') await sleep(HELD_WAIT)
    else if (outcome.kind === 'moved') await restart()
    else {
      position = outcome.position
      queue = queue.filter(({ fact }) => fact.position > position)
    }
  }

  /** Forgets what was read and goes on from where the database says. */
  async function restart(): Promise<void> {
    position = await stored()
    queue = []
    cursor = { ...OLDEST, position }
  }

  return {
    of,
    /** Whether facts may be offered that follow `from`; otherwise the lane reads them itself. */
    ready: (from: number) => cursor.position === from && queue.length < READ_AHEAD,
    /** The lane's facts between two places of the log. */
    offer(logged: readonly Logged[], from: number, to: Place): void {
      if (cursor.position === from) {
        for (const one of logged) queue.push(one)
        cursor = to
      }
      if (to.position > goal.position) goal = to
      if (hasWork()) kick()
    },
    /** The log reaches to here. */
    chase(to: Place): void {
      if (to.position > goal.position) goal = to
      if (hasWork()) kick()
    },
    retry(key: string): void {
      retries.add(key)
      kick()
    },
    /** Somebody moved the lane back: starts again from there once the batch in hand is done. */
    async moved(): Promise<void> {
      await work
      await restart()
      kick()
    },
    /** Passed facts that were not for this lane, which the database does not know yet. */
    passed: () =>
      !work && queue.length === 0 && cursor.position > position ? { from: position, to: cursor.position } : undefined,
    pass(to: number): void {
      if (!work && to > position) position = to
    },
    /** Ends after the batch in hand. */
    async leave(): Promise<void> {
      leaving = true
      await work
    },
  }
}
export type Lane = ReturnType<typeof createLane>
