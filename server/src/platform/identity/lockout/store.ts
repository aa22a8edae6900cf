import { sql } from 'kysely'
import type { Db } from '../../storage/index.ts'

interface Row {
  key: Buffer
  failures: number
  last_at: Date
  blocked_until: Date
}

export interface Delay {
  key: Buffer
  failures: number
  lastAt: Date
  blockedUntil: Date
}

export function createDelayStore(untyped: Db) {
  const db = untyped.withTables<{
    'platform.sign_in_delay': Row
    'platform.known_device': { hash: Buffer; account_id: string; expires_at: Date }
  }>()
  return {
    /** Attempts on one account queue here, so that a thousand at once count as a thousand. */
    async oneAtATime(key: Buffer): Promise<void> {
      await sql`select pg_advisory_xact_lock(${key.readBigInt64BE().toString()}::bigint)`.execute(db)
    },
    async all(keys: readonly Buffer[]): Promise<Delay[]> {
      const rows = await db.selectFrom('platform.sign_in_delay').selectAll().where('key', 'in', keys).execute()
      return rows.map((row) => ({
        key: row.key,
        failures: row.failures,
        lastAt: row.last_at,
        blockedUntil: row.blocked_until,
      }))
    },
    async put({ key, failures, lastAt, blockedUntil }: Delay): Promise<void> {
      const row = { failures, last_at: lastAt, blocked_until: blockedUntil }
      await db
        .insertInto('platform.sign_in_delay')
        .values({ key, ...row })
        .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
        .execute()
    },
    /** One failure fewer, after an attempt that turned out to be none. */
    async takeBack(keys: readonly Buffer[]): Promise<void> {
      await db
        .updateTable('platform.sign_in_delay')
        .set({ failures: sql`greatest(failures - 1, 0)`, blocked_until: sql`last_at` })
        .where('key', 'in', keys)
        .execute()
    },
    async clear(keys: readonly Buffer[]): Promise<void> {
      await db.deleteFrom('platform.sign_in_delay').where('key', 'in', keys).execute()
    },
    async knows(device: Buffer, accountId: string, now: Date): Promise<boolean> {
      const row = await db
        .selectFrom('platform.known_device')
        .select('hash')
        .where('hash', '=', device)
        .where('account_id', '=', accountId)
        .where('expires_at', '>', now)
        .executeTakeFirst()
      return row !== undefined
    },
    async addDevice(device: { hash: Buffer; accountId: string; expiresAt: Date }): Promise<void> {
      const row = { hash: device.hash, account_id: device.accountId, expires_at: device.expiresAt }
      await db.insertInto('platform.known_device').values(row).execute()
    },
    async tidy({ now, forgiven }: { now: Date; forgiven: Date }): Promise<void> {
      await db.deleteFrom('platform.sign_in_delay').where('last_at', '<', forgiven).execute()
      await db.deleteFrom('platform.known_device').where('expires_at', '<', now).execute()
    },
  }
}
