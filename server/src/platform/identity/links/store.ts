import type { Db } from '../../storage/index.ts'

export type LinkKind = 'first_start' | 'invitation' | 'password_reset'

interface Row {
  hash: Buffer
  account_id: string
  kind: LinkKind
  expires_at: Date
}
export interface Link {
  accountId: string
  kind: LinkKind
  expiresAt: Date
}

export function createLinkStore(untyped: Db) {
  const db = untyped.withTables<{ 'platform.one_time_link': Row }>()
  return {
    /** A person has one link at a time: a new one takes the place of the old. */
    async replace(hash: Buffer, { accountId, kind, expiresAt }: Link): Promise<void> {
      await db.deleteFrom('platform.one_time_link').where('account_id', '=', accountId).execute()
      await db
        .insertInto('platform.one_time_link')
        .values({ hash, account_id: accountId, kind, expires_at: expiresAt })
        .execute()
    },
    async find(hash: Buffer, now: Date): Promise<Link | undefined> {
      const row = await db
        .selectFrom('platform.one_time_link')
        .selectAll()
        .where('hash', '=', hash)
        .where('expires_at', '>', now)
        .executeTakeFirst()
      return row && { accountId: row.account_id, kind: row.kind, expiresAt: row.expires_at }
    },
    /** True for the one who uses it. */
    async use(hash: Buffer): Promise<boolean> {
      const done = await db.deleteFrom('platform.one_time_link').where('hash', '=', hash).executeTakeFirst()
      return done.numDeletedRows === 1n
    },
    async drop(accountId: string): Promise<void> {
      await db.deleteFrom('platform.one_time_link').where('account_id', '=', accountId).execute()
    },
    /** Links of invitations stay past their end, so that the list can say until when they held. */
    async tidy(ended: Date): Promise<void> {
      await db.deleteFrom('platform.one_time_link').where('expires_at', '<', ended).execute()
    },
  }
}
