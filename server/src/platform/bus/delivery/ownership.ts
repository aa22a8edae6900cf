import { crc32 } from 'node:zlib'
import type pg from 'pg'

/** Beyond any lane: the lock every process of a group shares, so that each can count the others. */
const MEMBER = 100_000

/** A group's number space of advisory locks. */
const spaceOf = (group: string): number => crc32(`bellwether bus ${group}`) | 0

/**
 * Which lanes of which group this process works off, by advisory locks of its own connection: when that ends, however
 * it ends, the lanes are free. They only spare processes from getting in each other's way; what keeps a lane's facts in
 * order is its row, locked in the handler's transaction.
 */
export function createOwnership(client: pg.ClientBase) {
  return {
    async join(group: string): Promise<void> {
      await client.query('select pg_advisory_lock_shared($1::int, $2::int)', [spaceOf(group), MEMBER])
    },
    /** How many processes each group has, this one included. */
    async members(groups: readonly string[]): Promise<Map<string, number>> {
      const { rows } = await client.query<{ space: number; members: number }>(
        `select classid::bigint::bit(32)::int as space, count(*)::int as members from pg_locks
         where locktype = 'advisory' and objsubid = 2 and objid = $1::int::oid and granted
           and database = (select oid from pg_database where datname = current_database())
         group by classid`,
        [MEMBER],
      )
      const counts = new Map(rows.map(({ space, members }) => [space, members]))
      return new Map(groups.map((group) => [group, counts.get(spaceOf(group)) ?? 1]))
    },
    /** True when nobody else has the lane: it is ours now. */
    async claim(group: string, lane: number): Promise<boolean> {
      const { rows } = await client.query<{ ours: boolean }>('select pg_try_advisory_lock($1::int, $2::int) as ours', [
        spaceOf(group),
        lane,
      ])
      return rows[0]?.ours ?? false
    },
    async release(group: string, lane: number): Promise<void> {
      await client.query('select pg_advisory_unlock($1::int, $2::int)', [spaceOf(group), lane])
    },
  }
}
export type Ownership = ReturnType<typeof createOwnership>
