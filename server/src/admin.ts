// What the command line asks of the program itself, without a running server. Answers in lines of JSON on stdout:
// any number of {"progress": …}, then one {"result": …} or {"error": …}.
import { randomBytes } from 'node:crypto'
import { allMigrations, createApp } from './app.ts'
import { examine } from './doctor.ts'
import { verifyExportFile } from './platform/audit/index.ts'
import { type Config, ConfigError, loadConfig } from './platform/config/index.ts'
import { AppError, StartError } from './platform/errors/index.ts'
import { createPlatform } from './platform/index.ts'
import { createStorage, migrate, openDatabase } from './platform/storage/index.ts'

const tell = (message: { progress: string } | { result: unknown } | { error: string }): void => {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}
const progress = (text: string): void => tell({ progress: text })

/** Rows between two words about how far a verification is. */
const ROWS_BETWEEN_WORDS = 20_000

/** Documents are made from the mounted routes; nothing of the wired app is started, so no database is reached. */
async function documentAt(path: string): Promise<unknown> {
  const database = openDatabase({ connection: {}, pool: 1, statementTimeout: 1000 })
  const config = { ...loadConfig({ BELLWETHER_LOG_LEVEL: 'silent' }), kek: randomBytes(32).toString('base64') }
  const { gateway } = createApp(createPlatform({ config, database }))
  const answer = await gateway.inject(path)
  await database.close()
  return answer.json()
}

const commands: Record<string, (...args: string[]) => Promise<unknown>> = {
  doctor: () => examine(process.env),
  openapi: () => documentAt('/api/openapi.json'),
  asyncapi: () => documentAt('/api/asyncapi.json'),

  async migrate() {
    const database = await createStorage(loadConfig(process.env), progress)
    try {
      const applied: string[] = []
      await migrate(database.pool, allMigrations, (id) => {
        applied.push(id)
        progress(id)
      })
      return { applied }
    } finally {
      await database.close()
    }
  },

  async 'sign-in-link'(email = '') {
    const config: Config = { ...loadConfig(process.env), logLevel: 'silent' }
    const database = await createStorage(config, progress)
    try {
      await migrate(database.pool, allMigrations)
      return await createPlatform({ config, database }).identity.recover(email)
    } finally {
      await database.close()
    }
  },

  async 'audit-verify'(file = '', ...fingerprints) {
    let told = 0
    return verifyExportFile(file, {
      ...(fingerprints.length > 0 ? { fingerprints } : {}),
      progress(rows) {
        if (rows < told + ROWS_BETWEEN_WORDS) return
        told = rows
        progress(`${rows.toLocaleString('en')} rows`)
      },
    })
  },
}

const [name = '', ...args] = process.argv.slice(2)
const command = commands[name]
try {
  if (!command) throw new StartError(`there is no command "${name}"; there are ${Object.keys(commands).join(', ')}`)
  tell({ result: await command(...args) })
} catch (error) {
  if (!(error instanceof StartError || error instanceof ConfigError || error instanceof AppError)) throw error
  tell({ error: error.message })
  process.exitCode = 1
}
