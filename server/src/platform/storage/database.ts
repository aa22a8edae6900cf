import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import { reasonOf, StartError } from '../errors/index.ts'

/**
 * The handle a store is made from. It knows no table: each store names its own with `db.withTables<…>()`, so no
 * store can see another's. A transaction is a `Db` too, so a store works the same on one.
 */
export type Db = Kysely<Record<never, never>>
export type Tx = Transaction<Record<never, never>>

const OLDEST_SERVER = 15
const INT8 = 20

export interface DatabaseOptions {
  connection: pg.ClientConfig
  pool: number
  statementTimeout: number
}

export interface Database {
  db: Db
  /** The pool under `db`, for what SQL builders cannot do: COPY and LISTEN. */
  pool: pg.Pool
  close(): Promise<void>
}

/** Counts fit a JavaScript number here; without this they would arrive as strings. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text'),
}

export function openDatabase({ connection, pool: max, statementTimeout }: DatabaseOptions): Database {
  const pool = new pg.Pool({
    ...connection,
    max,
    types,
    statement_timeout: statementTimeout,
    idle_in_transaction_session_timeout: 60_000,
    application_name: 'bellwether',
    connectionTimeoutMillis: 10_000,
  })
  // A connection that dies while idle is replaced by the next query; without a listener it would end the process.
  pool.on('error', () => undefined)
  // One that dies while in use says so twice: to its query, which fails, and here, where only a listener is missing.
  pool.on('connect', (client) => void client.on('error', () => undefined))
  const db = new Kysely<Record<never, never>>({ dialect: new PostgresDialect({ pool }) })
  return { db, pool, close: () => db.destroy() }
}

/** Turns every way a first connection can fail into one line that says what to do. */
export async function checkServer(pool: pg.Pool): Promise<void> {
  const version = await pool
    .query<{ version: number }>(`select current_setting('server_version_num')::int / 10000 as version`)
    .then(({ rows }) => rows[0]?.version ?? 0)
    .catch((cause: unknown) => {
      throw new StartError(
        `DATABASE_URL does not lead to a database: ${reasonOf(cause) || 'no answer'}; check host, port, user, password and database name`,
        { cause },
      )
    })
  if (version < OLDEST_SERVER)
    throw new StartError(`the server at DATABASE_URL is PostgreSQL ${version}; ${OLDEST_SERVER} or newer is needed`)
}
