import { type SqlBool, sql } from 'kysely'
import { CURSOR, pageOf, readCursor } from '../paging/index.ts'
import type { Db } from '../storage/index.ts'
import { DEAD } from './envelope.ts'
import type { DeadJob, QueueState } from './face.ts'

interface JobRow {
  id: string
  name: string
  state: string
  data: { data?: unknown } | null
  source_output: { message?: unknown } | null
  created_on: Date
  started_on: Date | null
  source_name: string | null
  source_created_on: Date | null
  source_retry_count: number | null
}

interface ProgressRow {
  id: string
  share: number
  note: string
  at: Date
}

/** What operators see of the queues; the tables are pg-boss's own, so nothing is changed here but our progress. */
export function createJobStore(untyped: Db) {
  const db = untyped.withTables<{ 'pgboss.job': JobRow; 'platform.job_progress': ProgressRow }>()
  const dead = () => db.selectFrom('pgboss.job').selectAll().where('name', '=', DEAD).where('state', '=', 'created')
  return {
    async deadJobs({
      queue,
      limit,
      cursor,
    }: {
      queue?: string | undefined
      limit: number
      cursor?: string | undefined
    }) {
      const after = readCursor(cursor, [CURSOR.instant, CURSOR.id])
      let query = dead()
      if (queue !== undefined) query = query.where('source_name', '=', queue)
      // Kept to the millisecond, as the cursor has it.
      const at = sql`date_trunc('milliseconds', created_on)`
      if (after) query = query.where(sql<SqlBool>`(${at}, id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`)
      const rows = await query
        .orderBy(at, 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute()
      return pageOf(rows.map(deadOf), limit, (last) => [last.failedAt.toISOString(), last.id])
    },
    async deadJob(id: string): Promise<DeadJob | undefined> {
      const row = await dead().where('id', '=', id).executeTakeFirst()
      return row && deadOf(row)
    },
    async states(names: readonly string[]): Promise<Omit<QueueState, 'schedules'>[]> {
      const { rows } = await sql<{ name: string; waiting: number; dead: number }>`
        select n.name,
          (select count(*) from pgboss.job j where j.name = n.name and j.state in ('created', 'retry')) as waiting,
          (select count(*) from pgboss.job j where j.name = ${DEAD} and j.state = 'created' and j.source_name = n.name) as dead
        from unnest(${[...names]}::text[]) as n (name)`.execute(db)
      const running = await db
        .selectFrom('pgboss.job as job')
        .leftJoin('platform.job_progress as progress', 'progress.id', 'job.id')
        .select(['job.id', 'job.name', 'job.started_on', 'progress.share', 'progress.note'])
        .where('job.name', 'in', names.length > 0 ? names : [''])
        .where('job.state', '=', 'active')
        .execute()
      return rows.map(({ name, waiting, dead }) => ({
        queue: name,
        waiting,
        dead,
        running: running
          .filter((row) => row.name === name)
          .map(({ id, started_on, share, note }) => ({
            id,
            startedAt: started_on ?? new Date(0),
            ...(share === null ? {} : { progress: { share, note: note ?? '' } }),
          })),
      }))
    },
    async progress(row: ProgressRow): Promise<void> {
      await db
        .insertInto('platform.job_progress')
        .values(row)
        .onConflict((same) => same.column('id').doUpdateSet({ share: row.share, note: row.note, at: row.at }))
        .execute()
    },
    async forgetProgress(id: string): Promise<void> {
      await db.deleteFrom('platform.job_progress').where('id', '=', id).execute()
    },
  }
}

export type JobStore = ReturnType<typeof createJobStore>

const deadOf = (row: JobRow): DeadJob => ({
  id: row.id,
  queue: row.source_name ?? row.name,
  data: row.data?.data,
  reason: typeof row.source_output?.message === 'string' ? row.source_output.message : 'it did not say why',
  attempts: (row.source_retry_count ?? 0) + 1,
  createdAt: row.source_created_on ?? row.created_on,
  failedAt: row.created_on,
})
