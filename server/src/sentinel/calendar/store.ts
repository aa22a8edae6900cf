import type { CalendarEntry } from '@bellwether/contract/sentinel/calendar'
import { type SqlBool, sql } from 'kysely'
import { inDomains } from '../../platform/paging/index.ts'
import type { Db } from '../../platform/storage/index.ts'

interface Row {
  id: string
  title: string
  kind: CalendarEntry['kind']
  domain: string
  entity: string
  zone: string
  starts_at: Date
  ends_at: Date
  hours_before: number
  hours_after: number
  version: number
}

export interface CalendarQuery {
  domains: 'all' | readonly string[]
  from?: string | undefined
  to?: string | undefined
  entity?: string | undefined
  /** Start and id of the last entry of the page before. */
  after?: readonly string[] | undefined
  limit: number
}

export function createCalendarStore(untyped: Db) {
  const db = untyped.withTables<{ 'sentinel.calendar_entry': Row }>()
  return {
    async list({ domains, from, to, entity, after, limit }: CalendarQuery): Promise<CalendarEntry[]> {
      let query = db.selectFrom('sentinel.calendar_entry').selectAll().where(inDomains(domains))
      if (from) query = query.where('ends_at', '>', new Date(from))
      if (to) query = query.where('starts_at', '<', new Date(to))
      if (entity) query = query.where('entity', 'in', [entity, '*'])
      if (after) query = query.where(sql<SqlBool>`(starts_at, id) > (${after[0]}::timestamptz, ${after[1]}::uuid)`)
      const rows = await query.orderBy('starts_at').orderBy('id').limit(limit).execute()
      return rows.map(entryOf)
    },
    async findAll(ids: readonly string[]): Promise<Map<string, CalendarEntry>> {
      const rows = await db
        .selectFrom('sentinel.calendar_entry')
        .selectAll()
        .where(sql<SqlBool>`id = any(${[...ids]}::uuid[])`)
        .execute()
      return new Map(rows.map((row) => [row.id, entryOf(row)]))
    },
    async insert(entry: CalendarEntry): Promise<void> {
      await db.insertInto('sentinel.calendar_entry').values(rowOf(entry)).execute()
    },
    /** False when somebody else changed the entry since `entry.version - 1`. */
    async update(entry: CalendarEntry): Promise<boolean> {
      const { id, ...row } = rowOf(entry)
      const done = await db
        .updateTable('sentinel.calendar_entry')
        .set(row)
        .where('id', '=', id)
        .where('version', '=', entry.version - 1)
        .executeTakeFirst()
      return done.numUpdatedRows === 1n
    },
    async remove(id: string): Promise<void> {
      await db.deleteFrom('sentinel.calendar_entry').where('id', '=', id).execute()
    },
  }
}

const entryOf = ({ starts_at, ends_at, hours_before, hours_after, ...row }: Row): CalendarEntry => ({
  ...row,
  startsAt: starts_at.toISOString(),
  endsAt: ends_at.toISOString(),
  hoursBefore: hours_before,
  hoursAfter: hours_after,
})

const rowOf = ({ startsAt, endsAt, hoursBefore, hoursAfter, ...entry }: CalendarEntry): Row => ({
  ...entry,
  starts_at: new Date(startsAt),
  ends_at: new Date(endsAt),
  hours_before: hoursBefore,
  hours_after: hoursAfter,
})
