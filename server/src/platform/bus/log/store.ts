import { sql } from 'kysely'
import type { Db } from '../../storage/index.ts'

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

export interface Sequenced {
  /** Position of the newest fact; 0 when `busy`. */
  head: number
  moved: number
  types: string[]
  /** Another process appends at this moment. */
  busy: boolean
}

export function createLogStore(untyped: Db) {
  const db = untyped.withTables<{ 'platform.outbox': OutboxRow }>()
  return {
    async publish(row: OutboxRow): Promise<void> {
      await db.insertInto('platform.outbox').values(row).execute()
    },
    /** Appends what the outbox holds to the log. `at` is the time of appending. */
    async sequence(at: Date, most: number): Promise<Sequenced> {
      const { rows } = await sql<Sequenced>`select * from platform.sequence_outbox(${at}, ${most})`.execute(db)
      return rows[0] ?? { head: 0, moved: 0, types: [], busy: true }
    },
  }
}
