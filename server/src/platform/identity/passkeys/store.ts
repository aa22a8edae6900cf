import type { Db } from '../../storage/index.ts'

interface Row {
  id: string
  account_id: string
  credential_id: string
  public_key: Buffer
  counter: number
  transports: string[]
  name: string
  synced: boolean
  created_at: Date
  last_used_at: Date | null
}

export interface StoredPasskey {
  id: string
  accountId: string
  credentialId: string
  publicKey: Buffer
  /** How often the authenticator says it was used; one that goes back was copied. Many always say 0. */
  counter: number
  transports: string[]
  name: string
  synced: boolean
  createdAt: Date
  lastUsedAt?: Date | undefined
}

export function createPasskeyStore(untyped: Db) {
  const db = untyped.withTables<{ 'platform.passkey': Row }>()
  const own = (accountId: string) => db.selectFrom('platform.passkey').selectAll().where('account_id', '=', accountId)
  return {
    async all(accountId: string): Promise<StoredPasskey[]> {
      return (await own(accountId).execute()).map(passkeyOf)
    },
    async list(query: { accountId: string; after?: string | undefined; limit: number }): Promise<StoredPasskey[]> {
      let rows = own(query.accountId)
      if (query.after) rows = rows.where('id', '>', query.after)
      return (await rows.orderBy('id').limit(query.limit).execute()).map(passkeyOf)
    },
    async byCredential(credentialId: string): Promise<StoredPasskey | undefined> {
      const row = await db
        .selectFrom('platform.passkey')
        .selectAll()
        .where('credential_id', '=', credentialId)
        .executeTakeFirst()
      return row && passkeyOf(row)
    },
    /** False when the credential is registered already. */
    async insert(passkey: StoredPasskey): Promise<boolean> {
      const done = await db
        .insertInto('platform.passkey')
        .values(rowOf(passkey))
        .onConflict((conflict) => conflict.column('credential_id').doNothing())
        .executeTakeFirst()
      return done.numInsertedOrUpdatedRows === 1n
    },
    /** False when the authenticator's counter did not move on: the same answer twice, or a copied key. */
    async used(id: string, { counter, at }: { counter: number; at: Date }): Promise<boolean> {
      const done = await db
        .updateTable('platform.passkey')
        .set({ counter, last_used_at: at })
        .where('id', '=', id)
        .where((or) =>
          or.or([or('counter', '<', counter), or.and([or('counter', '=', 0), or(or.val(counter), '=', 0)])]),
        )
        .executeTakeFirst()
      return done.numUpdatedRows === 1n
    },
    async rename(accountId: string, id: string, name: string): Promise<StoredPasskey | undefined> {
      const row = await db
        .updateTable('platform.passkey')
        .set({ name })
        .where('id', '=', id)
        .where('account_id', '=', accountId)
        .returningAll()
        .executeTakeFirst()
      return row && passkeyOf(row)
    },
    async remove(accountId: string, id: string): Promise<boolean> {
      const done = await db
        .deleteFrom('platform.passkey')
        .where('id', '=', id)
        .where('account_id', '=', accountId)
        .executeTakeFirst()
      return done.numDeletedRows === 1n
    },
    async removeAll(accountId: string): Promise<void> {
      await db.deleteFrom('platform.passkey').where('account_id', '=', accountId).execute()
    },
  }
}

const passkeyOf = (row: Row): StoredPasskey => ({
  id: row.id,
  accountId: row.account_id,
  credentialId: row.credential_id,
  publicKey: row.public_key,
  counter: row.counter,
  transports: row.transports,
  name: row.name,
  synced: row.synced,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at ?? undefined,
})

const rowOf = (passkey: StoredPasskey): Row => ({
  id: passkey.id,
  account_id: passkey.accountId,
  credential_id: passkey.credentialId,
  public_key: passkey.publicKey,
  counter: passkey.counter,
  transports: passkey.transports,
  name: passkey.name,
  synced: passkey.synced,
  created_at: passkey.createdAt,
  last_used_at: passkey.lastUsedAt ?? null,
})
