import type { Fact } from '@bellwether/contract/event'
import { sql } from 'kysely'
import type { Db } from '../../storage/index.ts'

/** One lane of a group: the facts of its share of the keys, handled one after another. */
export interface LaneOf {
  group: string
  lane: number
}

export interface LaneRow {
  consumer: string
  lane: number
  position: number
  moved_at: Date
}

interface ParkedRow {
  id: string
  consumer: string
  lane: number
  key: string
  position: number
  fact: Fact
  attempts: number
  retry_at: Date | null
  reason: string | null
}

/** A fact set aside: failed and to be tried again, or waiting behind one of its key. */
export interface Parked {
  id: string
  fact: Fact
  attempts: number
  retryAt?: Date | undefined
  reason?: string | undefined
}

export interface Buried {
  id: string
  fact: Fact
  attempts: number
  reason: string
  failedAt: Date
}

/** What a handler's transaction does: the lane's position, and the facts it sets aside. */
export function createDeliveryStore(untyped: Db) {
  const db = untyped.withTables<{
    'platform.consumer_lane': LaneRow
    'platform.parked': Omit<ParkedRow, 'fact'> & { fact: string }
  }>()
  return {
    /** Locks the lane for this transaction; undefined when another transaction holds it. */
    async hold({ group, lane }: LaneOf): Promise<{ position: number; parked: Set<string> } | undefined> {
      const { rows } = await sql<{ at_position: number; parked_keys: string[] }>`
        select * from platform.hold_lane(${group}, ${lane}::smallint)`.execute(db)
      return rows[0] && { position: rows[0].at_position, parked: new Set(rows[0].parked_keys) }
    },
    async move({ group, lane }: LaneOf, position: number, at: Date): Promise<void> {
      await db
        .updateTable('platform.consumer_lane')
        .set({ position, moved_at: at })
        .where('consumer', '=', group)
        .where('lane', '=', lane)
        .execute()
    },
    /** Moves lanes that had nothing to handle, unless somebody moved them meanwhile; answers the lanes that moved. */
    async pass(group: string, moves: readonly { lane: number; from: number; to: number }[], at: Date) {
      const { rows } = await sql<{ lane: number }>`
        update platform.consumer_lane l set position = m.after, moved_at = ${at}
        from unnest(${moves.map(({ lane }) => lane)}::int[], ${moves.map(({ from }) => from)}::bigint[],
          ${moves.map(({ to }) => to)}::bigint[]) as m (lane, before, after)
        where l.consumer = ${group} and l.lane = m.lane and l.position = m.before
        returning l.lane`.execute(db)
      return rows.map(({ lane }) => lane)
    },
    async park({ group, lane }: LaneOf, parked: readonly Parked[]): Promise<void> {
      if (parked.length === 0) return
      const rows = parked.map(({ id, fact, attempts, retryAt, reason }) => ({
        id,
        consumer: group,
        lane,
        key: fact.partitionkey,
        position: fact.position,
        fact: JSON.stringify(fact),
        attempts,
        retry_at: retryAt ?? null,
        reason: reason ?? null,
      }))
      await db
        .insertInto('platform.parked')
        .values(rows)
        .onConflict((same) => same.columns(['consumer', 'lane', 'key', 'position']).doNothing())
        .execute()
    },
    async unpark(ids: readonly string[]): Promise<void> {
      if (ids.length > 0) await db.deleteFrom('platform.parked').where('id', 'in', ids).execute()
    },
    async retryLater({ id, attempts, retryAt, reason }: Parked): Promise<void> {
      await db
        .updateTable('platform.parked')
        .set({ attempts, retry_at: retryAt ?? null, reason: reason ?? null })
        .where('id', '=', id)
        .execute()
    },
    /** The facts of a key that are set aside, oldest first: the first is tried, the others wait. */
    async parkedOf({ group, lane }: LaneOf, key: string, limit: number): Promise<Parked[]> {
      const rows = await untyped
        .withTables<{ 'platform.parked': ParkedRow }>()
        .selectFrom('platform.parked')
        .selectAll()
        .where('consumer', '=', group)
        .where('lane', '=', lane)
        .where('key', '=', key)
        .orderBy('position')
        .limit(limit)
        .execute()
      return rows.map(({ id, fact, attempts, retry_at, reason }) => ({
        id,
        fact,
        attempts,
        ...(retry_at ? { retryAt: retry_at } : {}),
        ...(reason === null ? {} : { reason }),
      }))
    },
    /** Once the facts before it are done, the first that waits is due. */
    async wakeNext({ group, lane }: LaneOf, key: string, now: Date): Promise<void> {
      await sql`
        update platform.parked p set retry_at = ${now}
        where p.retry_at is null and p.id = (
          select f.id from platform.parked f where f.consumer = ${group} and f.lane = ${lane} and f.key = ${key}
          order by f.position limit 1)`.execute(db)
    },
    /** Facts behind the first of their key are not due before it is done. */
    async waitBehind({ group, lane }: LaneOf, first: Fact): Promise<void> {
      await db
        .updateTable('platform.parked')
        .set({ retry_at: null })
        .where('consumer', '=', group)
        .where('lane', '=', lane)
        .where('key', '=', first.partitionkey)
        .where('position', '>', first.position)
        .where('retry_at', 'is not', null)
        .execute()
    },
    /** Makes the lanes of a group that never ran before. */
    async ensureLanes(group: string, { lanes, position, at }: { lanes: number; position: number; at: Date }) {
      await sql`
        insert into platform.consumer_lane (consumer, lane, position, moved_at)
        select ${group}, lane, ${position}, ${at} from generate_series(0, ${lanes}::int - 1) as lane
        on conflict do nothing`.execute(db)
    },
    async positionsOf(group: string): Promise<Map<number, number>> {
      const rows = await db
        .selectFrom('platform.consumer_lane')
        .select(['lane', 'position'])
        .where('consumer', '=', group)
        .execute()
      return new Map(rows.map(({ lane, position }) => [lane, position]))
    },
    /** Keys whose parked facts are due, longest due first. */
    async due(group: string, lanes: readonly number[], now: Date): Promise<{ lane: number; key: string }[]> {
      return db
        .selectFrom('platform.parked')
        .select(['lane', 'key'])
        .where('consumer', '=', group)
        .where('lane', 'in', lanes)
        .where('retry_at', '<=', now)
        .orderBy('retry_at')
        .limit(100)
        .execute()
    },
    async nextRetry(group: string, lanes: readonly number[]): Promise<Date | undefined> {
      const row = await db
        .selectFrom('platform.parked')
        .select('retry_at')
        .where('consumer', '=', group)
        .where('lane', 'in', lanes)
        .where('retry_at', 'is not', null)
        .orderBy('retry_at')
        .limit(1)
        .executeTakeFirst()
      return row?.retry_at ?? undefined
    },
    async bury(group: string, { id, fact, attempts, reason, failedAt }: Buried): Promise<void> {
      await untyped
        .withTables<{ 'platform.dead_letter': DeadLetterInsert }>()
        .insertInto('platform.dead_letter')
        .values({
          id,
          consumer: group,
          key: fact.partitionkey,
          position: fact.position,
          type: fact.type,
          fact: JSON.stringify(fact),
          reason,
          attempts,
          failed_at: failedAt,
        })
        .execute()
    },
  }
}
export type DeliveryStore = ReturnType<typeof createDeliveryStore>

interface DeadLetterInsert {
  id: string
  consumer: string
  key: string
  position: number
  type: string
  fact: string
  reason: string
  attempts: number
  failed_at: Date
}
