import type { Fact } from '@bellwether/contract/event'
import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../storage/index.ts'
import type { FactQuery } from '../face.ts'

/** Facts of one type published by one call, as the outbox keeps them. */
export interface OutboxRow {
  type: string
  version: number
  source: string
  time: Date
  correlation_id: string | null
  traceparent: string | null
  count: number
  ids: string[]
  keys: string[]
  slots: number[]
  subjects: (string | null)[]
  /** JSON text: an array as long as `count`. */
  data: string
}

interface EventRow {
  position: number
  logged_at: Date
  id: string
  type: string
  version: number
  source: string
  time: Date
  key: string
  slot: number
  subject: string | null
  correlation_id: string | null
  traceparent: string | null
  data: unknown
}

export interface Sequenced {
  /** Position of the newest fact, when any were moved. */
  head: number | null
  moved: number
  types: string[] | null
  /** Ids of the outbox rows that were moved. */
  batches: number[] | null
  /** Another process appends at this moment. */
  busy: boolean
}

/** A place in the log. `since` is a time no later fact was logged before: it spares looking into older partitions. */
export interface Place {
  position: number
  since: Date
}
export const OLDEST: Place = { position: 0, since: new Date(0) }

export interface Read {
  after: Place
  upTo: number
  types: readonly string[]
  /** Slots of the lanes asked for. */
  slots: readonly number[]
  limit: number
}

/** A fact with what only the log knows of it. */
export interface Logged {
  fact: Fact
  slot: number
  loggedAt: Date
}

export function createLogStore(untyped: Db) {
  const db = untyped.withTables<{ 'platform.outbox': OutboxRow & { id: number }; 'platform.event': EventRow }>()
  return {
    /** The id of the outbox row. */
    async publish(row: OutboxRow): Promise<number> {
      const [inserted] = await db
        .insertInto('platform.outbox')
        .values(row as OutboxRow & { id: never })
        .returning('id')
        .execute()
      return inserted?.id ?? 0
    },
    /** Appends what the outbox holds to the log. `at` is the time of appending. */
    async sequence(at: Date, most: number): Promise<Sequenced> {
      const { rows } = await sql<Sequenced>`select * from platform.sequence_outbox(${at}, ${most})`.execute(db)
      return rows[0] ?? { head: null, moved: 0, types: null, batches: null, busy: true }
    },
    async head(): Promise<number> {
      const { rows } = await sql<{ position: number }>`select position from platform.event_head`.execute(db)
      return rows[0]?.position ?? 0
    },
    /** The next facts after a place, oldest first. */
    async read({ after, upTo, types, slots, limit }: Read): Promise<Logged[]> {
      const rows = await db
        .selectFrom('platform.event')
        .selectAll()
        .where('position', '>', after.position)
        .where('position', '<=', upTo)
        .where('logged_at', '>=', after.since)
        .where('type', '=', anyOf(types))
        .where('slot', '=', anyOf(slots))
        .orderBy('position')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ fact: factOf(row), slot: row.slot, loggedAt: row.logged_at }))
    },
    async recent({ type, key, from, to, before, limit }: FactQuery): Promise<Fact[]> {
      let query = db.selectFrom('platform.event').selectAll()
      if (type !== undefined) query = query.where('type', '=', type)
      if (key !== undefined) query = query.where('key', '=', key)
      if (from) query = query.where('logged_at', '>=', from)
      if (to) query = query.where('logged_at', '<', to)
      if (before !== undefined) query = query.where('position', '<', before)
      return (await query.orderBy('position', 'desc').limit(limit).execute()).map(factOf)
    },
    /** The place just before the first fact at or after a time; undefined when there is none. */
    async placeBefore(from: Date): Promise<number | undefined> {
      const row = await db
        .selectFrom('platform.event')
        .select('position')
        .where('logged_at', '>=', from)
        .orderBy('position')
        .limit(1)
        .executeTakeFirst()
      return row && row.position - 1
    },
    /** When the first fact after a position was logged. */
    async loggedAfter(position: number): Promise<Date | undefined> {
      const row = await db
        .selectFrom('platform.event')
        .select('logged_at')
        .where('position', '>', position)
        .orderBy('position')
        .limit(1)
        .executeTakeFirst()
      return row?.logged_at
    },
    /** How long the oldest unsequenced fact has been waiting. */
    async oldestInOutbox(): Promise<Date | undefined> {
      const row = await db.selectFrom('platform.outbox').select('time').orderBy('id').limit(1).executeTakeFirst()
      return row?.time
    },
  }
}
export type LogStore = ReturnType<typeof createLogStore>

const anyOf = <T>(values: readonly T[]): RawBuilder<T> => sql<T>`any(${[...values]})`

const factOf = (row: EventRow): Fact => ({
  specversion: '1.0',
  id: row.id,
  source: row.source,
  type: row.type,
  dataversion: row.version,
  ...(row.subject === null ? {} : { subject: row.subject }),
  time: row.time.toISOString(),
  partitionkey: row.key,
  position: row.position,
  ...(row.correlation_id === null ? {} : { correlationid: row.correlation_id }),
  ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
  data: row.data,
})
