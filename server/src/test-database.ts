// The database server of a test run: one for all test files, each of which clones a migrated template.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { allMigrations } from './app.ts'
import { migrate, openDatabase, startCluster } from './platform/storage/index.ts'

declare module 'vitest' {
  interface ProvidedContext {
    testServer: pg.ClientConfig
    testTemplate: string
  }
}

/** Nothing of a test outlives it, so nothing is forced to disk. */
const FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' }

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { server, stop } = await testServer()
  const template = `bellwether_template_${process.pid}`
  await administer(server, `drop database if exists ${template}`, `create database ${template}`)
  const database = openDatabase({ connection: { ...server, database: template }, pool: 2, statementTimeout: 60_000 })
  await migrate(database.pool, allMigrations)
  await database.close()
  project.provide('testServer', server)
  project.provide('testTemplate', template)
  return async () => {
    await administer(server, `drop database if exists ${template} with (force)`)
    await stop()
  }
}

async function testServer(): Promise<{ server: pg.ClientConfig; stop(): Promise<void> }> {
  const url = process.env.DATABASE_URL
  if (url) {
    const { hostname, port, username, password } = new URL(url)
    return {
      server: {
        host: hostname,
        port: Number(port || 5432),
        user: decodeURIComponent(username),
        password: decodeURIComponent(password),
        database: 'postgres',
      },
      stop: async () => undefined,
    }
  }
  const folder = mkdtempSync(join(tmpdir(), 'bw-test-'))
  chmodSync(folder, 0o711) // as root the server runs under another account
  const cluster = await startCluster({
    folder: join(folder, 'postgres'),
    sockets: join(folder, 's'),
    logFile: join(folder, 'log'),
    settings: FAST,
  })
  return {
    server: cluster.connection('postgres'),
    async stop() {
      await cluster.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export async function administer(server: pg.ClientConfig, ...statements: string[]): Promise<void> {
  const client = new pg.Client(server)
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}
