import { type SqlBool, sql } from 'kysely'
import type { Db } from '../../storage/index.ts'
import type { Ready } from '../http/respond.ts'

interface Row {
  caller: string
  key: string
  request: Buffer
  started_at: Date
  status: number | null
  headers: Record<string, string> | null
  body: string | null
}

export interface Mark {
  caller: string
  key: string
  request: Buffer
  startedAt: Date
}

export interface Held {
  request: Buffer
  startedAt: Date
  answer?: Ready
}

export function createIdempotencyStore(untyped: Db) {
  const db = untyped.withTables<{ 'platform.idempotency': Row }>()
  return {
    /** Marks a request as under way. False when its key is taken since `stale`, or answered since `expired`. */
    async begin({ caller, key, request, startedAt }: Mark, since: { stale: Date; expired: Date }): Promise<boolean> {
      const begun = await db
        .insertInto('platform.idempotency')
        .values({ caller, key, request, started_at: startedAt, status: null, headers: null, body: null })
        .onConflict((conflict) =>
          conflict
            .columns(['caller', 'key'])
            .doUpdateSet({ request, started_at: startedAt, status: null, headers: null, body: null })
            .where(
              sql<SqlBool>`idempotency.started_at < case when idempotency.status is null then ${since.stale}::timestamptz else ${since.expired}::timestamptz end`,
            ),
        )
        .returning('key')
        .executeTakeFirst()
      return begun !== undefined
    },
    async find(caller: string, key: string): Promise<Held | undefined> {
      const row = await db
        .selectFrom('platform.idempotency')
        .selectAll()
        .where('caller', '=', caller)
        .where('key', '=', key)
        .executeTakeFirst()
      if (!row) return undefined
      const { request, started_at: startedAt, status, headers, body } = row
      if (status === null || body === null) return { request, startedAt }
      return { request, startedAt, answer: { status, headers: headers ?? {}, text: body } }
    },
    async finish({ caller, key, startedAt }: Mark, { status, headers, text }: Ready): Promise<void> {
      await db
        .updateTable('platform.idempotency')
        .set({ status, headers: JSON.stringify(headers) as unknown as Record<string, string>, body: text })
        .where('caller', '=', caller)
        .where('key', '=', key)
        .where('started_at', '=', startedAt)
        .execute()
    },
    async forget({ caller, key, startedAt }: Mark): Promise<void> {
      await db
        .deleteFrom('platform.idempotency')
        .where('caller', '=', caller)
        .where('key', '=', key)
        .where('started_at', '=', startedAt)
        .execute()
    },
    async purge(before: Date): Promise<void> {
      await db.deleteFrom('platform.idempotency').where('started_at', '<', before).execute()
    },
  }
}
