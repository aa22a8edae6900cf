import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '../../storage/index.ts'
import type { Log } from '../../telemetry/index.ts'
import type { Subscription } from '../face.ts'
import { SLOTS } from '../fact.ts'
import type { Appended } from '../log/sequencer.ts'
import { createLogStore, type Logged, type Place } from '../log/store.ts'
import { createLane, type Lane } from './lane.ts'
import type { Limit } from './limit.ts'
import { createDeliveryStore } from './store.ts'
import type { Turns } from './turn.ts'

/** Lanes of a group: as many facts of it can be in hand at a time, in however many processes. */
export const LANES = 8
/** Facts read at a time for all lanes together. */
const READ = 1000
/** Milliseconds until a read that failed is repeated. */
const OUTAGE_WAIT = 500
/** Milliseconds between two looks at parked facts, however soon the next is due. */
const SOONEST_RETRY = 20

export interface GroupParts {
  db: Db
  log: Log
  now: () => Date
  turns: Turns
  limit: Limit
  stopped: AbortSignal
}

const slotsOf = (lanes: readonly number[]): number[] =>
  Array.from({ length: SLOTS }, (_, slot) => slot).filter((slot) => lanes.includes(slot % LANES))
export const laneOf = (slot: number): number => slot % LANES

/** A consumer group as far as this process runs it: reads the tail of the log once for all its lanes. */
export function createGroup(subscription: Subscription, parts: GroupParts) {
  const { db, log, now, turns, limit, stopped } = parts
  const { group } = subscription
  const types = subscription.types.map(({ type }) => type)
  const events = createLogStore(db)
  const store = createDeliveryStore(db)
  const lanes = new Map<number, Lane>()
  let tail: Place = { position: 0, since: new Date(0) }
  let target = 0
  let reading = false
  let retryTimer: NodeJS.Timeout | undefined

  function wake(head: number): void {
    if (head > target) target = head
    if (reading || stopped.aborted || tail.position >= target) return
    reading = true
    readOn()
      .catch(() => sleep(OUTAGE_WAIT, undefined, { signal: stopped })) // the database is away: the listener tells of it
      .catch(() => undefined) // stopped while it waited
      .finally(() => {
        reading = false
        wake(0)
      })
  }

  const readyLanes = () => [...lanes.values()].filter((lane) => lane.ready(tail.position))

  async function readOn(): Promise<void> {
    while (!stopped.aborted && tail.position < target) {
      const upTo = target
      const ready = readyLanes()
      const slots = slotsOf(ready.map(({ of }) => of.lane))
      const logged = ready.length > 0 ? await events.read({ after: tail, upTo, types, slots, limit: READ }) : []
      const last = logged.at(-1)
      const since = last?.loggedAt ?? tail.since
      const next = last && logged.length === READ ? { position: last.fact.position, since } : { position: upTo, since }
      advance(next, ready, logged)
    }
  }

  function advance(to: Place, ready: readonly Lane[], logged: readonly Logged[]): void {
    const from = tail.position
    tail = to
    for (const lane of ready) {
      const own = logged.filter(({ slot }) => laneOf(slot) === lane.of.lane)
      lane.offer(own, from, to)
    }
    for (const lane of lanes.values()) lane.chase(to) // those that were not ready read for themselves
  }

  /** Looks for parked facts that are due, now and whenever the next is. */
  async function lookForRetries(): Promise<void> {
    clearTimeout(retryTimer)
    if (stopped.aborted || lanes.size === 0) return
    const own = [...lanes.keys()]
    for (const { lane, key } of await store.due(group, own, now())) lanes.get(lane)?.retry(key)
    const next = await store.nextRetry(group, own)
    if (next) armRetry(next.getTime() - now().getTime())
  }

  function armRetry(milliseconds: number): void {
    clearTimeout(retryTimer)
    if (stopped.aborted) return
    retryTimer = setTimeout(
      () => lookForRetries().catch(() => armRetry(1000)), // the database is away
      Math.min(60_000, Math.max(SOONEST_RETRY, milliseconds)),
    )
    retryTimer.unref()
  }

  function adopt(lane: number, position: number): void {
    const of = { group, lane }
    const slots = slotsOf([lane])
    const parts = {
      of,
      turns,
      limit,
      log,
      read: (after: Place, upTo: number, limit: number) => events.read({ after, upTo, types, slots, limit }),
      stored: async () => (await store.positionsOf(group)).get(lane) ?? position,
      retried: () => armRetry(0),
      stopped,
    }
    const adopted = createLane(parts, position)
    lanes.set(lane, adopted)
    adopted.chase(tail)
  }

  /** Writes down how far lanes came that had nothing to handle, so that lag tells the truth. */
  async function pass(): Promise<void> {
    const moves = [...lanes.values()].flatMap((lane) => {
      const passed = lane.passed()
      return passed ? [{ lane: lane.of.lane, ...passed }] : []
    })
    if (moves.length === 0) return
    const done = new Set(await store.pass(group, moves, now()))
    for (const { lane, to } of moves) if (done.has(lane)) lanes.get(lane)?.pass(to)
  }

  return {
    name: group,
    wake,
    /** Facts came into the log. */
    appended({ from, head, types: came }: Appended): void {
      const nothing = !came.includes('*') && !came.some((type) => types.includes(type))
      if (nothing && !reading && tail.position === from) advance({ ...tail, position: head }, readyLanes(), [])
      else wake(head)
    },
    lanes: () => [...lanes.keys()],
    /** Makes the group's lanes if it never ran before. */
    async prepare(): Promise<void> {
      const head = await events.head()
      const position = subscription.begin === 'oldest' ? 0 : head
      await store.ensureLanes(group, { lanes: LANES, position, at: now() })
      tail = { position: head, since: new Date(0) }
    },
    async adopt(claimed: readonly number[]): Promise<void> {
      if (claimed.length === 0) return
      const positions = await store.positionsOf(group)
      for (const lane of claimed) adopt(lane, positions.get(lane) ?? tail.position)
      armRetry(0)
    },
    /** Gives lanes up once the batch in hand is done. */
    async release(released: readonly number[]): Promise<void> {
      const leaving = released.flatMap((lane) => lanes.get(lane) ?? [])
      for (const lane of released) lanes.delete(lane)
      await Promise.all(leaving.map((lane) => lane.leave()))
    },
    parkedChanged: () => armRetry(0),
    /** Somebody moved the group back. */
    async moved(): Promise<void> {
      await Promise.all([...lanes.values()].map((lane) => lane.moved()))
    },
    pass,
    /** Ends all lanes once their batches in hand are done. */
    async leave(): Promise<void> {
      clearTimeout(retryTimer)
      await Promise.all([...lanes.values()].map((lane) => lane.leave()))
      await pass()
      lanes.clear()
    },
  }
}
export type Group = ReturnType<typeof createGroup>
