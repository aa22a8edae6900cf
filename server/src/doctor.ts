import { X509Certificate } from 'node:crypto'
import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { createConnection } from 'node:net'
import { freemem, totalmem } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import pg from 'pg'
import { type Config, ConfigError, loadConfig } from './platform/config/index.ts'
import { reasonOf } from './platform/errors/index.ts'

export interface Finding {
  check: string
  state: 'ok' | 'warning' | 'trouble'
  detail: string
  remedy?: string
}

const GIGABYTE = 1024 ** 3
const LITTLE_DISK = 2 * GIGABYTE
const LITTLE_MEMORY = 0.5 * GIGABYTE
const SOON = 14 * 86_400_000
const OLDEST_SERVER = 15

const ok = (check: string, detail: string): Finding => ({ check, state: 'ok', detail })
const warning = (check: string, detail: string, remedy: string): Finding => ({
  check,
  state: 'warning',
  detail,
  remedy,
})
const trouble = (check: string, detail: string, remedy: string): Finding => ({
  check,
  state: 'trouble',
  detail,
  remedy,
})

/** Looks at everything a start needs, changing nothing. Every finding that is not fine says what to do. */
export async function examine(env: Record<string, string | undefined>): Promise<Finding[]> {
  const machine = [node(), memory()]
  let config: Config
  try {
    config = loadConfig(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return [
      ...machine,
      ...error.problems.map((problem) => trouble('configuration', problem, 'see docs/operations/settings.md')),
    ]
  }
  const files = [
    ok('configuration', 'understood'),
    folder(config),
    disk(config),
    keyFile(config),
    ...certificate(config),
  ]
  return [...machine, ...files, await database(config), await redis(config), await server(config)]
}

const node = (): Finding =>
  Number(process.versions.node.split('.')[0]) >= 24
    ? ok('Node', process.versions.node)
    : trouble('Node', process.versions.node, 'start with "npm start", which brings Node 24 along')

const memory = (): Finding => {
  const detail = `${(freemem() / GIGABYTE).toFixed(1)} of ${(totalmem() / GIGABYTE).toFixed(1)} GB free`
  return freemem() > LITTLE_MEMORY ? ok('memory', detail) : warning('memory', detail, 'the program needs about 400 MB')
}

/** The nearest folder that exists: the data folder is made at the first start. */
function existing(path: string): string {
  return existsSync(path) ? path : existing(dirname(path))
}

function folder({ data }: Config): Finding {
  const path = resolve(data)
  try {
    accessSync(existing(path), constants.W_OK | constants.X_OK)
    return ok('data folder', path)
  } catch {
    return trouble('data folder', `${path} cannot be written`, 'make it writable, or set BELLWETHER_DATA to another')
  }
}

function disk({ data }: Config): Finding {
  const { bavail, bsize } = statfsSync(existing(resolve(data)))
  const detail = `${((bavail * bsize) / GIGABYTE).toFixed(1)} GB free`
  return bavail * bsize > LITTLE_DISK
    ? ok('disk', detail)
    : warning('disk', detail, 'free some space before the database runs out of it')
}

function keyFile({ data, kek }: Config): Finding {
  const path = join(resolve(data), 'keys')
  if (kek) return ok('key', 'comes from BELLWETHER_KEK')
  if (!existsSync(path)) return ok('key', 'will be made at the first start')
  const open = (statSync(path).mode & 0o077) !== 0
  return open
    ? trouble('key', `${path} can be entered by others`, `chmod 700 ${path}`)
    : ok('key', `${path}, closed to others`)
}

function certificate({ tlsCert, tlsKey }: Config): Finding[] {
  if (!tlsCert || !tlsKey) return []
  try {
    readFileSync(tlsKey)
    const until = new Date(new X509Certificate(readFileSync(tlsCert)).validTo)
    const detail = `valid until ${until.toISOString()}`
    if (until.getTime() < Date.now()) return [trouble('certificate', detail, 'renew it: browsers refuse it')]
    return [
      until.getTime() < Date.now() + SOON ? warning('certificate', detail, 'renew it soon') : ok('certificate', detail),
    ]
  } catch (error) {
    return [
      trouble(
        'certificate',
        reasonOf(error),
        'BELLWETHER_TLS_CERT and BELLWETHER_TLS_KEY must name readable PEM files',
      ),
    ]
  }
}

async function database({ databaseUrl }: Config): Promise<Finding> {
  if (!databaseUrl) return ok('database', 'embedded PostgreSQL 18')
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5000 })
  try {
    await client.connect()
    const { rows } = await client.query<{ version: string }>("select current_setting('server_version') as version")
    const version = rows[0]?.version ?? ''
    return Number.parseInt(version, 10) >= OLDEST_SERVER
      ? ok('database', `PostgreSQL ${version}`)
      : trouble('database', `PostgreSQL ${version}`, `${OLDEST_SERVER} or newer is needed`)
  } catch (error) {
    return trouble('database', `DATABASE_URL: ${reasonOf(error)}`, 'check host, port, user, password and database name')
  } finally {
    await client.end().catch(() => undefined) // it may never have been connected
  }
}

async function redis({ redisUrl }: Config): Promise<Finding> {
  if (!redisUrl) return ok('Redis', 'not used')
  const { hostname, port } = new URL(redisUrl)
  return (await connects(hostname, Number(port || 6379)))
    ? ok('Redis', `answers at ${hostname}`)
    : trouble('Redis', `nobody answers at ${hostname}:${port || 6379}`, 'start it, or take REDIS_URL away')
}

async function server({ host, port, tlsCert }: Config): Promise<Finding> {
  const address = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  if (!(await connects(address, port))) return ok('port', `${port} is free; Bellwether is not running here`)
  const url = `${tlsCert ? 'https' : 'http'}://${address}:${port}/api/v1/health`
  const answer = tlsCert ? undefined : await fetch(url, { signal: AbortSignal.timeout(5000) }).catch(() => undefined)
  const health = (await answer?.json().catch(() => undefined)) as { status?: string; version?: string } | undefined
  if (tlsCert) return ok('port', `${port} is in use, over TLS`)
  if (!health?.status)
    return trouble('port', `${port} is taken by another program`, 'stop it, or set BELLWETHER_PORT to another')
  return health.status === 'ok'
    ? ok('server', `Bellwether ${health.version ?? ''} runs and is well`)
    : trouble(
        'server',
        `Bellwether runs and says "${health.status}"`,
        'look at System → Health, or ask /api/v1/health with a key that holds system:read',
      )
}

const connects = (host: string, port: number): Promise<boolean> =>
  new Promise((answer) => {
    const socket = createConnection({ host, port, timeout: 2000 })
    const say = (yes: boolean) => () => {
      socket.destroy()
      answer(yes)
    }
    socket.once('connect', say(true)).once('error', say(false)).once('timeout', say(false))
  })
