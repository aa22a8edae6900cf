import { sql } from 'kysely'
import type { Db } from './database.ts'

const DAY = 86_400_000

/** A table partitioned by time, one partition a day (UTC). */
export interface TimePartitioned {
  /** Schema and table. */
  table: string
  /** Days to create ahead of now. */
  ahead: number
  /** Days kept; older partitions are dropped whole. */
  keep: number
}

/** Creates the partitions of yesterday up to `ahead` days from `now` and drops those past retention. Safe to repeat. */
export async function keepPartitions(db: Db, { table, ahead, keep }: TimePartitioned, now: Date): Promise<void> {
  const today = Math.floor(now.getTime() / DAY)
  for (let day = today - 1; day <= today + ahead; day++) await createPartition(db, table, day)
  for (const { name, day } of await partitionsOf(db, table)) {
    if (day < today - keep) await sql`drop table if exists ${sql.table(name)}`.execute(db)
  }
}

const dayText = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10)
const suffix = (day: number): string => dayText(day).replaceAll('-', '')

async function createPartition(db: Db, table: string, day: number): Promise<void> {
  const name = `${table}_${suffix(day)}`
  const [from, to] = [sql.lit(`${dayText(day)} 00:00:00+00`), sql.lit(`${dayText(day + 1)} 00:00:00+00`)]
  await sql`create table if not exists ${sql.table(name)} partition of ${sql.table(table)} for values from (${from}) to (${to})`.execute(
    db,
  )
}

async function partitionsOf(db: Db, table: string): Promise<{ name: string; day: number }[]> {
  const { rows } = await sql<{ name: string }>`
    select n.nspname || '.' || c.relname as name
    from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_namespace n on n.oid = c.relnamespace
    where i.inhparent = ${table}::regclass`.execute(db)
  return rows.flatMap(({ name }) => {
    const [, year, month, date] = /_(\d{4})(\d\d)(\d\d)$/.exec(name) ?? []
    return year ? [{ name, day: Date.parse(`${year}-${month}-${date}T00:00:00Z`) / DAY }] : []
  })
}
