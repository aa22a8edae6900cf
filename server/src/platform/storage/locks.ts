import { sql } from 'kysely'
import type { Db, Tx } from './database.ts'

/** Runs `work` in a transaction that alone holds the named lock; others wait for it. */
export const withLock = <T>(db: Db, name: string, work: (tx: Tx) => Promise<T>): Promise<T> =>
  db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx)
    return work(tx)
  })

/** Like `withLock`, but answers undefined at once when somebody else holds it. */
export const tryLock = <T>(db: Db, name: string, work: (tx: Tx) => Promise<T>): Promise<T | undefined> =>
  db.transaction().execute(async (tx) => {
    const { rows } = await sql<{
      held: boolean
    }>`select pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) as held`.execute(tx)
    return rows[0]?.held ? work(tx) : undefined
  })
