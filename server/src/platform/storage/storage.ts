import pg from 'pg'
import type { Config } from '../config/index.ts'
import { startCluster } from './cluster.ts'
import { checkServer, type Database, openDatabase } from './database.ts'
import { holdInstance, instanceFolders } from './instance.ts'

const DATABASE = 'bellwether'

export interface Storage extends Database {
  /** Closes connections and, when we started the server, stops it. */
  close(): Promise<void>
}

type StorageConfig = Pick<Config, 'data' | 'databaseUrl' | 'databasePool' | 'statementTimeout'>

/** Opens the database that the configuration names, starting the embedded one if it names none. */
export async function createStorage(
  config: StorageConfig,
  progress: (stage: string) => void = () => undefined,
): Promise<Storage> {
  const folders = instanceFolders(config.data)
  const release = await holdInstance(folders)
  const limits = { pool: config.databasePool, statementTimeout: config.statementTimeout }
  try {
    if (config.databaseUrl) {
      const database = openDatabase({ connection: { connectionString: config.databaseUrl }, ...limits })
      await checkServer(database.pool)
      return { ...database, close: () => database.close().finally(release) }
    }
    progress('Starting the database')
    const cluster = await startCluster({ folder: folders.cluster, sockets: folders.sockets, logFile: folders.logFile })
    await createDatabase(cluster.connection('postgres'), DATABASE)
    const database = openDatabase({ connection: cluster.connection(DATABASE), ...limits })
    return { ...database, close: () => database.close().finally(cluster.stop).finally(release) }
  } catch (error) {
    await release()
    throw error
  }
}

async function createDatabase(connection: pg.ClientConfig, name: string): Promise<void> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (!rowCount) await client.query(`create database ${client.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
}
