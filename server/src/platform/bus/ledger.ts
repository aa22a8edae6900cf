import type { Fact } from '@bellwether/contract/event'
import { type SqlBool, sql } from 'kysely'
import { CURSOR, pageOf, readCursor } from '../paging/index.ts'
import type { Db } from '../storage/index.ts'
import { laneOf } from './delivery/group.ts'
import type { DeadLetter, DeadLetterQuery, GroupPosition } from './face.ts'
import { slotOf } from './fact.ts'
import type { LaneRow } from './lane/store.ts'

interface DeadLetterRow {
  id: string
  consumer: string
  key: string
  position: number
  type: string
  fact: Fact
  reason: string
  attempts: number
  failed_at: Date
}

/** What operators look at and decide: where groups stand, and the facts they gave up on. */
export function createLedger(untyped: Db) {
  const db = untyped.withTables<{ 'platform.dead_letter': DeadLetterRow; 'platform.consumer_lane': LaneRow }>()
  return {
    async list({ group, limit, cursor }: DeadLetterQuery) {
      const after = readCursor(cursor, [CURSOR.instant, CURSOR.id])
      let query = db.selectFrom('platform.dead_letter').selectAll()
      if (group !== undefined) query = query.where('consumer', '=', group)
      if (after) query = query.where(sql<SqlBool>`(failed_at, id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`)
      const rows = await query
        .orderBy('failed_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute()
      return pageOf(rows.map(letterOf), limit, (last) => [last.failedAt.toISOString(), last.id])
    },
    async show(id: string): Promise<DeadLetter | undefined> {
      const row = await db.selectFrom('platform.dead_letter').selectAll().where('id', '=', id).executeTakeFirst()
      return row && letterOf(row)
    },
    async drop(id: string): Promise<boolean> {
      const done = await db.deleteFrom('platform.dead_letter').where('id', '=', id).executeTakeFirst()
      return done.numDeletedRows > 0n
    },
    /** Back from the dead letters to the parked facts of its group, due at once. */
    async revive(id: string, now: Date): Promise<string | undefined> {
      const row = await db.deleteFrom('platform.dead_letter').where('id', '=', id).returningAll().executeTakeFirst()
      if (!row) return undefined
      await sql`
        insert into platform.parked (id, consumer, lane, key, position, fact, attempts, retry_at)
        values (${row.id}, ${row.consumer}, ${laneOf(slotOf(row.key))}, ${row.key}, ${row.position},
          ${JSON.stringify(row.fact)}, 0, ${now})
        on conflict (consumer, lane, key, position) do nothing`.execute(db)
      await announce(untyped, 'parked', row.consumer)
      return row.consumer
    },
    /** Moves a group's lanes back to a position, never forward; what is parked behind it will come again by itself. */
    async moveBack(group: string, position: number, now: Date): Promise<number | undefined> {
      const { rows } = await sql<{ position: number }>`
        update platform.consumer_lane set position = least(position, ${position}), moved_at = ${now}
        where consumer = ${group} returning position`.execute(db)
      await sql`delete from platform.parked where consumer = ${group} and position > ${position}`.execute(db)
      await announce(untyped, 'moved', group)
      return rows.length > 0 ? Math.min(...rows.map((row) => row.position)) : undefined
    },
    async positions(head: number): Promise<GroupPosition[]> {
      const lanes = await db
        .selectFrom('platform.consumer_lane')
        .selectAll()
        .orderBy('consumer')
        .orderBy('lane')
        .execute()
      const parked = await countBy(untyped, 'platform.parked')
      const dead = await countBy(untyped, 'platform.dead_letter')
      return [...Map.groupBy(lanes, (row) => row.consumer)].map(([group, rows]) => {
        const position = Math.min(...rows.map((row) => row.position))
        return {
          group,
          position,
          head,
          lag: head - position,
          parked: parked.get(group) ?? 0,
          deadLetters: dead.get(group) ?? 0,
          lanes: rows.map((row) => ({ lane: row.lane, position: row.position, movedAt: row.moved_at })),
        }
      })
    },
  }
}
export type Ledger = ReturnType<typeof createLedger>

/** Heard by every process once the transaction commits. */
const announce = (db: Db, kind: string, group: string) =>
  sql`select pg_notify('bellwether_event', ${`${kind} ${group}`})`.execute(db)

async function countBy(db: Db, table: 'platform.parked' | 'platform.dead_letter'): Promise<Map<string, number>> {
  const { rows } = await sql<{ consumer: string; count: number }>`
    select consumer, count(*) as count from ${sql.table(table)} group by consumer`.execute(db)
  return new Map(rows.map(({ consumer, count }) => [consumer, count]))
}

const letterOf = ({ id, consumer, fact, reason, attempts, failed_at }: DeadLetterRow): DeadLetter => ({
  id,
  group: consumer,
  fact,
  reason,
  attempts,
  failedAt: failed_at,
})
