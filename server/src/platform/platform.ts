import { healthTopic } from '@bellwether/contract/platform/health'
import { type Audit, auditMigrations, auditRoutes, createAudit } from './audit/index.ts'
import { type Bus, busMigrations, busRoutes, createBus } from './bus/index.ts'
import { type Cache, connectRedis, createCache } from './cache/index.ts'
import type { Config } from './config/index.ts'
import { createFlags, type Flags, flagRoutes, flagsMigrations } from './flags/index.ts'
import { type Authenticate, createHub, gatewayMigrations, type Hub, type Route } from './gateway/index.ts'
import { createHealth, type HealthRegistry, healthRoutes } from './health/index.ts'
import { createIdentity, type HashCost, type Identity, identityMigrations } from './identity/index.ts'
import { uuidv7 } from './ids/index.ts'
import { createJobs, type Jobs, jobRoutes, jobsMigrations } from './jobs/index.ts'
import { createObjects, type Objects } from './objects/index.ts'
import { createSecrets, type Secrets, secretsMigrations } from './secrets/index.ts'
import type { Database, MigrationSource } from './storage/index.ts'
import {
  createLog,
  createMetrics,
  type Log,
  type LogSink,
  type Metrics,
  startTracing,
  traceStatements,
} from './telemetry/index.ts'
import { VERSION } from './version/index.ts'
import { endConnections, outlets, watchBus, watchRecords, watchRooms, watchWork } from './wiring.ts'
import { createWorkers, type Workers } from './workers/index.ts'

/** What every context is given. Rooms are added here as they are built. */
export interface Platform extends Pick<Database, 'db' | 'pool'> {
  config: Config
  version: string
  log: Log
  metrics: Metrics
  health: HealthRegistry
  cache: Cache
  redis: ReturnType<typeof connectRedis> | undefined
  hub: Hub
  bus: Bus
  jobs: Jobs
  secrets: Secrets
  audit: Audit
  flags: Flags
  objects: Objects
  workers: Workers
  authenticate: Authenticate
  identity: Identity
  routes: readonly Route[]
  /** Those of them that a process without the role `gateway` answers too. */
  healthRoutes: readonly Route[]
  now: () => Date
  newId: () => string
  /** First start: makes the first administrator; answers the path of a one-time sign-in link while nobody has signed in. */
  bootstrap(): Promise<string | undefined>
  start(): Promise<() => Promise<void>>
}

/** Migrations of the platform's rooms, in the order they build on each other. */
export const platformMigrations: readonly MigrationSource[] = [
  busMigrations,
  jobsMigrations,
  secretsMigrations,
  auditMigrations,
  identityMigrations,
  flagsMigrations,
  ...gatewayMigrations,
]

export interface PlatformParts {
  config: Config
  database: Database
  now?: () => Date
  newId?: () => string
  /** What a password hash costs; OWASP's figures unless said. */
  hashCost?: HashCost
  /** Where log lines go; standard output unless said. */
  logSink?: LogSink
}

/** What every other room stands on. */
function createGround({ config, database, now = () => new Date(), newId = uuidv7, logSink }: PlatformParts) {
  const { db, pool } = database
  const log = createLog(config, logSink)
  const metrics = createMetrics()
  const health = createHealth({ version: VERSION, now, metrics })
  const redis = config.redisUrl ? connectRedis(config.redisUrl, log) : undefined
  const cache = createCache({ metrics, redis, now: () => now().getTime() })
  const hub = createHub({ pool, log, metrics, now, newId })
  hub.offer(healthTopic)
  traceStatements(pool)
  watchRooms({ health, pool, cache, metrics, isRedis: redis !== undefined })
  return { config, version: VERSION, db, pool, log, metrics, health, redis, cache, hub, now, newId }
}

/** Wires the rooms; nothing runs until `start`. */
export function createPlatform(parts: PlatformParts): Platform {
  const ground = createGround(parts)
  const { config, db, hub, now } = ground
  const bus = createBus({ ...ground, keepDays: config.eventDays })
  const jobs = createJobs({ ...ground, works: config.roles.includes('jobs') })
  const secrets = createSecrets(ground)
  const audit = createAudit({ ...ground, secrets })
  const flags = createFlags({ ...ground, bus, audit })
  const { objects, routes: objectRoutes } = createObjects({ ...ground, secrets })
  const workers = createWorkers()
  const hashCost = parts.hashCost ? { hashCost: parts.hashCost } : {}
  const identity = createIdentity({ ...ground, bus, audit, secrets, ...hashCost })
  endConnections(bus, hub)
  watchBus({ ...ground, bus })
  watchRecords({ ...ground, audit, secrets })
  watchWork({ ...ground, jobs, workers })
  const healthOnly = healthRoutes(ground.health)
  return {
    ...ground,
    ...{ bus, jobs, secrets, audit, flags, objects, workers, identity },
    authenticate: identity.authenticate,
    routes: [
      ...identity.routes,
      ...auditRoutes(audit, db),
      ...busRoutes({ bus, audit, db }),
      ...jobRoutes({ jobs, audit, db }),
      ...flagRoutes(flags, now),
      ...objectRoutes,
      ...healthOnly,
    ],
    healthRoutes: healthOnly,
    bootstrap: identity.bootstrap,
    start: () =>
      startAll([tracing(config), outlets(ground), ended(workers.close), secrets, audit, identity, bus, jobs, flags]),
  }
}

/** Something that needs no start, only an end. */
const ended = (close: () => Promise<void>): Startable => ({ start: async () => close })

/** Spans go out only when a collector is named. */
const tracing = ({ otlpUrl }: Config): Startable => ({
  start: async () => (otlpUrl ? startTracing({ url: otlpUrl, version: VERSION }) : async () => undefined),
})

interface Startable {
  start(): Promise<() => Promise<void>>
}

/** Starts one after the other; what has started is stopped in the opposite order, also when a later one fails. */
async function startAll(rooms: readonly Startable[]): Promise<() => Promise<void>> {
  const stops: (() => Promise<void>)[] = []
  const stop = async () => {
    for (let next = stops.pop(); next; next = stops.pop()) await next()
  }
  try {
    for (const room of rooms) stops.push(await room.start())
  } catch (error) {
    await stop()
    throw error
  }
  return stop
}
