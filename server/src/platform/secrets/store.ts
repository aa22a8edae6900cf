import type { Db } from '../storage/index.ts'

export interface Dek {
  id: string
  /** The table whose secrets it seals. */
  purpose: string
  /** Month in which it seals, such as 2026-11. */
  period: string
  /** Fingerprint of the key it is wrapped with. */
  kek: string
  wrapped: string
}

export function createSecretStore(untyped: Db) {
  const db = untyped.withTables<{
    'platform.secret_dek': Dek & { created_at: Date }
    'platform.secret_kek': { id: string; used_since: Date }
  }>()
  const deks = () => db.selectFrom('platform.secret_dek').select(['id', 'purpose', 'period', 'kek', 'wrapped'])
  return {
    find: (id: string): Promise<Dek | undefined> => deks().where('id', '=', id).executeTakeFirst(),
    findFor: (purpose: string, period: string): Promise<Dek | undefined> =>
      deks().where('purpose', '=', purpose).where('period', '=', period).executeTakeFirst(),
    /** One data key not wrapped with `kek`. */
    otherThan: (kek: string): Promise<Dek | undefined> => deks().where('kek', '!=', kek).limit(1).executeTakeFirst(),
    /** One data key of each key-encryption key in use. */
    samples: (): Promise<Dek[]> => deks().distinctOn('kek').orderBy('kek').execute(),
    async keksUsed(): Promise<string[]> {
      const rows = await db.selectFrom('platform.secret_dek').select('kek').distinct().execute()
      return rows.map(({ kek }) => kek)
    },
    async insert(dek: Dek, createdAt: Date): Promise<void> {
      await db
        .insertInto('platform.secret_dek')
        .values({ ...dek, created_at: createdAt })
        .execute()
    },
    /** Does nothing when somebody else wrapped it anew meanwhile. */
    async rewrap(before: Dek, after: Pick<Dek, 'kek' | 'wrapped'>): Promise<void> {
      await db
        .updateTable('platform.secret_dek')
        .set(after)
        .where('id', '=', before.id)
        .where('kek', '=', before.kek)
        .execute()
    },
    /** When a key-encryption key came into use; the first to ask decides. */
    async usedSince(kek: string, now: Date): Promise<Date> {
      const since = () =>
        db.selectFrom('platform.secret_kek').select('used_since').where('id', '=', kek).executeTakeFirst()
      const known = await since()
      if (known) return known.used_since
      await db
        .insertInto('platform.secret_kek')
        .values({ id: kek, used_since: now })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      return (await since())?.used_since ?? now
    },
  }
}
export type SecretStore = ReturnType<typeof createSecretStore>
