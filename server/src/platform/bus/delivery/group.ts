import type { Db } from '../../storage/index.ts'
import type { Log } from '../../telemetry/index.ts'
import type { Subscription } from '../face.ts'
import { SLOTS } from '../fact.ts'
import { createLane, type Lane } from '../lane/lane.ts'
import { createDeliveryStore } from '../lane/store.ts'
import type { Turns } from '../lane/turn.ts'
import { createLogStore, type LogStore, type Place } from '../log/store.ts'
import { createTail } from '../log/tail.ts'
import type { Limit } from './limit.ts'
import { createRetries } from './retries.ts'

/** Lanes of a group: as many facts of it can be in hand at a time, in however many processes. */
export const LANES = 8

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

const movesOf = (lanes: readonly Lane[]) =>
  lanes.flatMap((lane) => {
    const passed = lane.passed()
    return passed ? [{ lane: lane.of.lane, ...passed }] : []
  })

interface FollowParts {
  events: LogStore
  types: readonly string[]
  lanes: ReadonlyMap<number, Lane>
  stopped: AbortSignal
}

/** Reads the end of the log once for all lanes that have come that far. */
function followTail({ events, types, lanes, stopped }: FollowParts) {
  /** Lanes that take what is read now; the others read for themselves. */
  let ready: Lane[] = []
  const readyAt = (position: number) => [...lanes.values()].filter((lane) => lane.ready(position))

  return createTail({
    types: () => types,
    async read(after, upTo, limit) {
      ready = readyAt(after.position)
      const slots = slotsOf(ready.map(({ of }) => of.lane))
      return ready.length > 0 ? events.read({ after, upTo, types, slots, limit }) : []
    },
    arrived(logged, from, to) {
      for (const lane of logged ? ready : readyAt(from)) {
        const own = (logged ?? []).filter(({ slot }) => laneOf(slot) === lane.of.lane)
        lane.offer(own, from, to)
      }
      for (const lane of lanes.values()) lane.chase(to) // those that were not ready read for themselves
    },
    stopped,
  })
}

/** A consumer group as far as this process runs it: reads the tail of the log once for all its lanes. */
export function createGroup(subscription: Subscription, parts: GroupParts) {
  const { db, now, stopped } = parts
  const { group } = subscription
  const types = subscription.types.map(({ type }) => type)
  const events = createLogStore(db)
  const store = createDeliveryStore(db)
  const lanes = new Map<number, Lane>()
  const retries = createRetries(parts, group, lanes)

  const tail = followTail({ events, types, lanes, stopped })

  function adopt(lane: number, position: number): void {
    const slots = slotsOf([lane])
    const adopting = {
      ...parts,
      of: { group, lane },
      read: (after: Place, upTo: number, limit: number) => events.read({ after, upTo, types, slots, limit }),
      stored: async () => (await store.positionsOf(group)).get(lane) ?? position,
      retried: retries.soon,
    }
    const adopted = createLane(adopting, position)
    lanes.set(lane, adopted)
    adopted.chase(tail.place())
  }

  /** Writes down how far lanes came that had nothing to handle, so that lag tells the truth. */
  async function pass(): Promise<void> {
    const moves = movesOf([...lanes.values()])
    if (moves.length === 0) return
    const done = new Set(await store.pass(group, moves, now()))
    for (const { lane, to } of moves) if (done.has(lane)) lanes.get(lane)?.pass(to)
  }

  return {
    name: group,
    wake: tail.wake,
    appended: tail.appended,
    lanes: () => [...lanes.keys()],
    /** Makes the group's lanes if it never ran before. */
    async prepare(): Promise<void> {
      const head = await events.head()
      const position = subscription.begin === 'oldest' ? 0 : head
      await store.ensureLanes(group, { lanes: LANES, position, at: now() })
      tail.begin(head)
    },
    async adopt(claimed: readonly number[]): Promise<void> {
      if (claimed.length === 0) return
      const positions = await store.positionsOf(group)
      for (const lane of claimed) adopt(lane, positions.get(lane) ?? tail.place().position)
      retries.soon()
    },
    /** Gives lanes up once the batch in hand is done. */
    async release(released: readonly number[]): Promise<void> {
      const leaving = released.flatMap((lane) => lanes.get(lane) ?? [])
      for (const lane of released) lanes.delete(lane)
      await Promise.all(leaving.map((lane) => lane.leave()))
    },
    parkedChanged: retries.soon,
    /** Somebody moved the group back. */
    async moved(): Promise<void> {
      await Promise.all([...lanes.values()].map((lane) => lane.moved()))
    },
    pass,
    /** Ends all lanes once their batches in hand are done. */
    async leave(): Promise<void> {
      retries.stop()
      await Promise.all([...lanes.values()].map((lane) => lane.leave()))
      await pass()
      lanes.clear()
    },
  }
}
export type Group = ReturnType<typeof createGroup>
