import { setTimeout as sleep } from 'node:timers/promises'
import { reasonOf } from '../../errors/index.ts'
import type { Log } from '../../telemetry/index.ts'
import type { Limit } from '../delivery/limit.ts'
import type { Logged, Place } from '../log/store.ts'
import { createAhead } from './ahead.ts'
import { afterOutage } from './backoff.ts'
import type { LaneOf } from './store.ts'
import type { Batch, Outcome, Turns } from './turn.ts'

/** Facts handled in one transaction. */
const BATCH = 200
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
  const ahead = createAhead(start, read)
  const retries = new Set<string>()
  let began = 0
  let leaving = false
  let work: Promise<void> | undefined

  const ending = () => leaving || stopped.aborted
  const hasWork = () => retries.size > 0 || ahead.hasMore()

  function kick(): void {
    if (!hasWork()) return
    work ??= run().finally(() => {
      work = undefined
      if (!ending()) kick()
    })
  }

  async function run(): Promise<void> {
    for (let failures = 0; !ending() && hasWork(); ) {
      try {
        await step()
        failures = 0
      } catch (error) {
        if (!ending()) await outage(error, ++failures)
      }
    }
  }

  async function outage(error: unknown, failures: number): Promise<void> {
    if (failures === 1)
      log.warn({ group: of.group, lane: of.lane, reason: reasonOf(error) }, 'a lane of the event log must wait')
    await sleep(afterOutage(failures), undefined, { signal: stopped }).catch(() => undefined)
    if (!ending()) await stored().then(ahead.restart, () => undefined) // still away: the next step fails and waits longer
  }

  async function step(): Promise<void> {
    const [key] = retries
    if (key !== undefined) return tryAgain(key)
    if (ahead.isEmpty()) await ahead.readOn()
    if (!ahead.isEmpty()) await handle()
  }

  async function tryAgain(key: string): Promise<void> {
    const outcome = await limit(() => turns.retry(of, key))
    if (outcome.kind === 'held') return sleep(HELD_WAIT)
    retries.delete(key)
    retried()
  }

  async function handle(): Promise<void> {
    const early = began + PACE - performance.now()
    if (early > 1 && ahead.next(BATCH).facts.length < BATCH) await sleep(early)
    began = performance.now()
    const batch = { of, ...ahead.next(BATCH) }
    // The common case costs nothing extra; only when a fact fails are all taken again, each behind a savepoint.
    const outcome = await limit(() => turns.batch(batch, 'together').catch(() => singly(batch)))
    if (outcome.kind === 'held') await sleep(HELD_WAIT)
    else if (outcome.kind === 'moved') ahead.restart(await stored())
    else ahead.done(outcome.position)
  }

  function singly(batch: Batch): Promise<Outcome> {
    if (stopped.aborted) throw new Error('the bus has stopped')
    return turns.batch(batch, 'singly').finally(retried)
  }

  return {
    of,
    ready: ahead.ready,
    /** The lane's facts between two places of the log. */
    offer(logged: readonly Logged[], from: number, to: Place): void {
      ahead.offer(logged, from, to)
      ahead.chase(to)
      kick()
    },
    /** The log reaches to here. */
    chase(to: Place): void {
      ahead.chase(to)
      kick()
    },
    retry(key: string): void {
      retries.add(key)
      kick()
    },
    /** Somebody moved the lane back: starts again from there once the batch in hand is done. */
    async moved(): Promise<void> {
      await work
      ahead.restart(await stored())
      kick()
    },
    passed: () => (work === undefined ? ahead.passed() : undefined),
    pass: (to: number): void => (work === undefined ? ahead.pass(to) : undefined),
    /** Ends after the batch in hand. */
    async leave(): Promise<void> {
      leaving = true
      await work
    },
  }
}
export type Lane = ReturnType<typeof createLane>
