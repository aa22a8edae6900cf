import type { Db } from '../../storage/index.ts'

interface CodeRow {
  hash: Buffer
  account_id: string
}
interface CeremonyRow {
  id: string
  kind: CeremonyKind
  account_id: string | null
  payload: string
  expires_at: Date
}

/** An exchange that was begun and is to be finished once, within minutes. */
export type CeremonyKind = 'totp' | 'passkey-add' | 'passkey-sign-in' | 'passkey-confirm' | 'oidc'
export interface Ceremony {
  id: string
  kind: CeremonyKind
  accountId?: string | undefined
  payload: string
  expiresAt: Date
}

export function createCeremonyStore(untyped: Db) {
  const db = untyped.withTables<{ 'platform.ceremony': CeremonyRow }>()
  return {
    async begin({ accountId, expiresAt, ...ceremony }: Ceremony): Promise<void> {
      const row = { ...ceremony, account_id: accountId ?? null, expires_at: expiresAt }
      await db.insertInto('platform.ceremony').values(row).execute()
    },
    /** Takes the ceremony away as it answers it: a second time it is not there. */
    async finish(id: string, kind: CeremonyKind, now: Date): Promise<Ceremony | undefined> {
      const row = await db
        .deleteFrom('platform.ceremony')
        .where('id', '=', id)
        .where('kind', '=', kind)
        .returningAll()
        .executeTakeFirst()
      return row && row.expires_at > now ? ceremonyOf(row) : undefined
    },
    async latest(accountId: string, kind: CeremonyKind, now: Date): Promise<Ceremony | undefined> {
      const row = await db
        .selectFrom('platform.ceremony')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('kind', '=', kind)
        .where('expires_at', '>', now)
        .orderBy('expires_at', 'desc')
        .orderBy('id', 'desc')
        .executeTakeFirst()
      return row && ceremonyOf(row)
    },
    async drop(accountId: string, kind: CeremonyKind): Promise<void> {
      await db.deleteFrom('platform.ceremony').where('account_id', '=', accountId).where('kind', '=', kind).execute()
    },
    async tidy(now: Date): Promise<void> {
      await db.deleteFrom('platform.ceremony').where('expires_at', '<', now).execute()
    },
  }
}

const ceremonyOf = ({ account_id, expires_at, ...row }: CeremonyRow): Ceremony => ({
  ...row,
  accountId: account_id ?? undefined,
  expiresAt: expires_at,
})

export function createRecoveryStore(untyped: Db) {
  const db = untyped.withTables<{ 'platform.recovery_code': CodeRow }>()
  return {
    async replace(accountId: string, hashes: readonly Buffer[]): Promise<void> {
      await db.deleteFrom('platform.recovery_code').where('account_id', '=', accountId).execute()
      if (hashes.length > 0)
        await db
          .insertInto('platform.recovery_code')
          .values(hashes.map((hash) => ({ hash, account_id: accountId })))
          .execute()
    },
    async use(accountId: string, hash: Buffer): Promise<boolean> {
      const done = await db
        .deleteFrom('platform.recovery_code')
        .where('account_id', '=', accountId)
        .where('hash', '=', hash)
        .executeTakeFirst()
      return done.numDeletedRows === 1n
    },
    async left(accountId: string): Promise<number> {
      const row = await db
        .selectFrom('platform.recovery_code')
        .where('account_id', '=', accountId)
        .select((count) => count.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
      return row.n
    },
  }
}
