import type { EventType, Fact } from '@bellwether/contract/event'
import { system } from '../../access/index.ts'
import { reasonOf } from '../../errors/index.ts'
import type { Db, Tx } from '../../storage/index.ts'
import { type Log, runIn, traced } from '../../telemetry/index.ts'
import type { Subscription } from '../face.ts'
import type { Backoff } from './backoff.ts'
import { guarded, within } from './guard.ts'
import { createDeliveryStore, type DeliveryStore, type LaneOf, type Parked } from './store.ts'

/** A handler that takes longer has hung: its fact has failed. */
const HANDLER_TIMEOUT = 30_000
/** Facts behind a parked one that one transaction handles. */
const RETRY_BATCH = 50
const LONGEST_REASON = 2000

export interface Batch {
  of: LaneOf
  /** Where the lane is believed to stand. */
  position: number
  facts: readonly Fact[]
  /** Where it stands when all facts are done. */
  upTo: number
}

type Manner = 'together' | 'singly'

/** Done up to a position; or another transaction holds the lane; or somebody moved it (a replay, another process). */
export type Outcome = { kind: 'done'; position: number } | { kind: 'held' } | { kind: 'moved'; position: number }

export interface TurnParts {
  db: Db
  log: Log
  now: () => Date
  newId: () => string
  backoff: Backoff
  /** Asked between two facts: whether to end the transaction in hand here. */
  stopping: () => boolean
  /** Ends the handler in hand. */
  signal: AbortSignal
}

/** The fact cannot be read as its type: no later try would go better. */
class Unreadable extends Error {}

/** A lane's turn: a transaction in which facts are handled and the lane's position moves. */
export function createTurns(subscription: Subscription, { db, log, now, newId, backoff, stopping, signal }: TurnParts) {
  const { group, attempts: most = 8 } = subscription
  const types = new Map(subscription.types.map((type) => [type.type, type]))

  async function deliver(fact: Fact, tx: Tx): Promise<void> {
    const data = readData(types.get(fact.type), fact)
    const context = {
      correlationId: fact.correlationid ?? fact.id,
      principal: system(group),
      ...(fact.traceparent === undefined ? {} : { traceparent: fact.traceparent }),
    }
    const handle = () => within(HANDLER_TIMEOUT, signal, () => subscription.handle({ ...fact, data }, tx))
    const attributes = {
      'messaging.system': 'bellwether',
      'messaging.message.type': fact.type,
      position: fact.position,
    }
    await runIn(context, () =>
      traced(`${group} handles ${fact.type}`, attributes, handle, { kind: 'consumer', from: fact.traceparent }),
    )
  }

  /** Sets aside a fact that failed: parked until its next try, or a dead letter. True when it is parked. */
  async function setAside(store: DeliveryStore, of: LaneOf, { known, ...failed }: Failed): Promise<boolean> {
    const { id, fact, attempts, error } = failed
    const reason = reasonOf(error).slice(0, LONGEST_REASON).replaceAll('\0', '\uFFFD')
    const final = attempts >= most || error instanceof Unreadable
    // What failed is told by name only: messages of handlers may quote the fact.
    const told = { group, type: fact.type, position: fact.position, attempts, error: nameOf(error) }
    if (final) {
      log.error({ ...told, deadLetter: id }, 'a fact went to the dead letters')
      if (known) await store.unpark([id])
      await store.bury(group, { id, fact, attempts, reason, failedAt: now() })
      return false
    }
    log.warn(told, 'a fact failed and will be tried again')
    const retryAt = new Date(now().getTime() + backoff(attempts))
    if (known) await store.retryLater({ id, fact, attempts, retryAt, reason })
    else await store.park(of, [{ id, fact, attempts, retryAt, reason }])
    return true
  }

  /** Handles a fact; true when it failed and is parked. Together with others its failure is that of all. */
  async function take(tx: Tx, of: LaneOf, { fact, manner }: { fact: Fact; manner: Manner }): Promise<boolean> {
    if (manner === 'together') {
      await deliver(fact, tx)
      return false
    }
    const error = await guarded(tx, () => deliver(fact, tx))
    if (!error) return false
    return setAside(createDeliveryStore(tx), of, { id: newId(), fact, attempts: 1, error: error.thrown })
  }

  async function handleAll(tx: Tx, { of, position, facts, upTo }: Batch, manner: Manner): Promise<Outcome> {
    const store = createDeliveryStore(tx)
    const held = await store.hold(of)
    if (!held) return { kind: 'held' }
    if (held.position !== position) return { kind: 'moved', position: held.position }
    const waiting: Parked[] = []
    let done = position
    for (const fact of facts) {
      if (stopping()) break
      if (held.parked.has(fact.partitionkey)) waiting.push({ id: newId(), fact, attempts: 0 })
      else if (await take(tx, of, { fact, manner })) held.parked.add(fact.partitionkey)
      done = fact.position
    }
    await store.park(of, waiting)
    const to = done === facts.at(-1)?.position ? upTo : done
    if (to > position) await store.move(of, to, now())
    return { kind: 'done', position: to }
  }

  /** Tries a parked fact again; true when those behind it may follow. */
  async function takeAgain(tx: Tx, of: LaneOf, { id, fact, attempts, retryAt }: Parked): Promise<boolean> {
    const store = createDeliveryStore(tx)
    if (retryAt && retryAt > now()) {
      await store.waitBehind(of, fact)
      return false
    }
    const error = await guarded(tx, () => deliver(fact, tx))
    if (error)
      return !(await setAside(store, of, { id, fact, attempts: attempts + 1, error: error.thrown, known: true }))
    await store.unpark([id])
    return true
  }

  async function takeKey(tx: Tx, of: LaneOf, key: string): Promise<Outcome> {
    const store = createDeliveryStore(tx)
    const held = await store.hold(of)
    if (!held) return { kind: 'held' }
    for (const parked of await store.parkedOf(of, key, RETRY_BATCH))
      if (stopping() || !(await takeAgain(tx, of, parked))) break
    await store.wakeNext(of, key, now())
    return { kind: 'done', position: held.position }
  }

  return {
    /** Handles facts in one transaction; `singly`, one that fails is set aside and the others go on. */
    batch: (facts: Batch, manner: Manner): Promise<Outcome> =>
      db.transaction().execute((tx) => handleAll(tx, facts, manner)),
    /** Tries a parked key again: its first fact, and when that is done those behind it. */
    retry: (of: LaneOf, key: string): Promise<Outcome> => db.transaction().execute((tx) => takeKey(tx, of, key)),
  }
}
export type Turns = ReturnType<typeof createTurns>

interface Failed {
  id: string
  fact: Fact
  attempts: number
  error: unknown
  /** It is in `parked` already. */
  known?: true
}

const nameOf = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error
  return 'code' in error && typeof error.code === 'string' ? `${error.name} ${error.code}` : error.name
}

/** The data as this process's schema reads it; a newer version passes when it still fits. */
function readData(type: EventType | undefined, fact: Fact): unknown {
  if (!type) throw new Unreadable(`this process does not know facts of ${fact.type}`)
  const result = type.data.safeParse(fact.data)
  if (result.success) return result.data
  const wrong = result.error.issues.map(({ path }) => path.join('.') || 'data').join(', ')
  const advice = fact.dataversion > type.version ? '; update this process, then replay the dead letter' : ''
  throw new Unreadable(
    `the fact has version ${fact.dataversion} of ${fact.type}, which does not fit version ${type.version} at ${wrong}${advice}`,
  )
}
