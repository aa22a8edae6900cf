import type { Permission } from '@bellwether/contract/endpoint'
import { type SqlBool, sql } from 'kysely'
import type { Grant } from '../../access/index.ts'
import type { Db } from '../../storage/index.ts'
import { grantsOf } from '../sessions/store.ts'

interface Row {
  id: string
  account_id: string
  name: string
  prefix: string
  hash: Buffer
  scopes: Permission[]
  created_at: Date
  expires_at: Date | null
  last_used_at: Date | null
}

export interface StoredKey {
  id: string
  accountId: string
  name: string
  prefix: string
  hash: Buffer
  scopes: Permission[]
  createdAt: Date
  expiresAt?: Date | undefined
  lastUsedAt?: Date | undefined
}
/** A key with what its owner may do now. */
export interface KeyStanding extends StoredKey {
  owner: string
  grants: Grant[]
}

export function createKeyStore(untyped: Db) {
  const db = untyped.withTables<{
    'platform.api_key': Row
    'platform.account': { id: string; name: string; status: string }
  }>()
  return {
    async insert(key: StoredKey): Promise<void> {
      await db.insertInto('platform.api_key').values(rowOf(key)).execute()
    },
    async count(accountId: string): Promise<number> {
      const row = await db
        .selectFrom('platform.api_key')
        .where('account_id', '=', accountId)
        .select((count) => count.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
      return row.n
    },
    async list(query: {
      accountId: string
      after?: readonly string[] | undefined
      limit: number
    }): Promise<StoredKey[]> {
      let rows = db.selectFrom('platform.api_key').selectAll().where('account_id', '=', query.accountId)
      const [at, id] = query.after ?? []
      if (at && id) rows = rows.where(sql<SqlBool>`(created_at, id) < (${at}::timestamptz, ${id}::uuid)`)
      return (await rows.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(query.limit).execute()).map(keyOf)
    },
    async standing(prefix: string): Promise<KeyStanding | undefined> {
      const row = await db
        .selectFrom('platform.api_key as k')
        .innerJoin('platform.account as a', 'a.id', 'k.account_id')
        .selectAll('k')
        .select(['a.name as owner', grantsOf('a.id').as('grants')])
        .where('k.prefix', '=', prefix)
        .where('a.status', '=', 'active')
        .executeTakeFirst()
      return row && { ...keyOf(row), owner: row.owner, grants: row.grants }
    },
    async remove(accountId: string, id: string): Promise<StoredKey | undefined> {
      const row = await db
        .deleteFrom('platform.api_key')
        .where('account_id', '=', accountId)
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst()
      return row && keyOf(row)
    },
    async used(sightings: ReadonlyMap<string, Date>): Promise<void> {
      await sql`
        update platform.api_key k set last_used_at = greatest(k.last_used_at, s.at)
        from unnest(${[...sightings.keys()]}::uuid[], ${[...sightings.values()]}::timestamptz[]) as s (id, at)
        where k.id = s.id`.execute(db)
    },
  }
}

const keyOf = (row: Row): StoredKey => ({
  id: row.id,
  accountId: row.account_id,
  name: row.name,
  prefix: row.prefix,
  hash: row.hash,
  scopes: row.scopes,
  createdAt: row.created_at,
  expiresAt: row.expires_at ?? undefined,
  lastUsedAt: row.last_used_at ?? undefined,
})

const rowOf = (key: StoredKey): Row => ({
  id: key.id,
  account_id: key.accountId,
  name: key.name,
  prefix: key.prefix,
  hash: key.hash,
  scopes: key.scopes,
  created_at: key.createdAt,
  expires_at: key.expiresAt ?? null,
  last_used_at: key.lastUsedAt ?? null,
})
