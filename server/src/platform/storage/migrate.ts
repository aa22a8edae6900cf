import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type pg from 'pg'
import { reasonOf, StartError } from '../errors/index.ts'

/** A context's or room's own SQL files, applied in the order of their names, forward only. */
export interface MigrationSource {
  /** `platform/identity`, `sentinel` … */
  of: string
  folder: string
}
export const migrationsIn = (of: string, folder: string): MigrationSource => ({
  of,
  folder: join(folder, 'migrations'),
})

export interface Migration {
  id: string
  sql: string
  checksum: string
}

/** One number for all instances on a database; `hashtext` of a name would do, a constant is greppable. */
const LOCK = 7_400_001

/** Brings the schema up to date; several processes may start at once, one does the work and the others wait. */
export async function migrate(
  pool: pg.Pool,
  sources: readonly MigrationSource[],
  applied: (id: string) => void = () => undefined,
): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('set statement_timeout = 0')
    await client.query('select pg_advisory_lock($1)', [LOCK])
    await prepare(client)
    const { rows } = await client.query<{ id: string; checksum: string }>('select id, checksum from platform.migration')
    const done = new Map(rows.map((row) => [row.id, row.checksum]))
    const all = sources.flatMap(readMigrations)
    refuseNewer(done, all)
    for (const migration of all)
      if (isNew(migration, done)) await apply(client, migration).then(() => applied(migration.id))
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCK]).catch(() => undefined)
    client.release(true) // not reused: its statement timeout is off
  }
}

export function readMigrations({ of, folder }: MigrationSource): Migration[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const sql = readFileSync(join(folder, file), 'utf8')
      return { id: `${of}/${file.slice(0, -4)}`, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })
}

async function prepare(client: pg.PoolClient): Promise<void> {
  await client.query('create schema if not exists platform')
  await client.query(
    'create table if not exists platform.migration (id text primary key, checksum text not null, applied_at timestamptz not null default now())',
  )
}

function isNew({ id, checksum }: Migration, done: ReadonlyMap<string, string>): boolean {
  const before = done.get(id)
  if (before !== undefined && before !== checksum) {
    throw new StartError(
      `the migration ${id} was changed after it had been applied; restore the file and add a new one instead`,
    )
  }
  return before === undefined
}

/** A database that a newer version has moved on must not be written by this one. */
function refuseNewer(done: ReadonlyMap<string, string>, all: readonly Migration[]): void {
  const known = new Set(all.map(({ id }) => id))
  const unknown = [...done.keys()].find((id) => !known.has(id))
  if (unknown)
    throw new StartError(
      `the database was written by a newer Bellwether (it has the migration ${unknown}); start that version`,
    )
}

async function apply(client: pg.PoolClient, { id, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query('begin')
    await client.query(sql)
    await client.query('insert into platform.migration (id, checksum) values ($1, $2)', [id, checksum])
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback').catch(() => undefined)
    throw new StartError(`the migration ${id} failed and was undone: ${reasonOf(cause)}`, { cause })
  }
}
