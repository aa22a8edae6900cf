import { anonymous } from './access/index.ts'
import { type Audit, auditMigrations, auditRoutes, createAudit } from './audit/index.ts'
import { type Bus, busMigrations, createBus } from './bus/index.ts'
import type { Config } from './config/index.ts'
import type { Authenticate, Route } from './gateway/index.ts'
import { uuidv7 } from './ids/index.ts'
import { createObjects, type Objects } from './objects/index.ts'
import { createSecrets, type Secrets, secretsMigrations } from './secrets/index.ts'
import type { Database, MigrationSource } from './storage/index.ts'
import { createLog, type Log } from './telemetry/index.ts'
import { createWorkers, type Workers } from './workers/index.ts'

/** What every context is given. Rooms are added here as they are built. */
export interface Platform extends Pick<Database, 'db' | 'pool'> {
  config: Config
  log: Log
  bus: Bus
  secrets: Secrets
  audit: Audit
  objects: Objects
  workers: Workers
  authenticate: Authenticate
  routes: readonly Route[]
  now: () => Date
  newId: () => string
  /** First start: makes the first administrator; answers the path of a one-time sign-in link while nobody has signed in. */
  bootstrap(): Promise<string | undefined>
  start(): Promise<() => Promise<void>>
}

/** Migrations of the platform's rooms, in the order they build on each other. */
export const platformMigrations: readonly MigrationSource[] = [busMigrations, secretsMigrations, auditMigrations]

export interface PlatformParts {
  config: Config
  database: Database
  now?: () => Date
  newId?: () => string
}

/** Wires the rooms; nothing runs until `start`. */
export function createPlatform({ config, database, now = () => new Date(), newId = uuidv7 }: PlatformParts): Platform {
  const { db, pool } = database
  const log = createLog(config)
  const bus = createBus({ db, pool, log, now, newId })
  const secrets = createSecrets({ db, config, log, now, newId })
  const audit = createAudit({ db, pool, secrets, log, now, newId })
  const stored = createObjects({ config, secrets, now, newId })
  const workers = createWorkers()
  const authenticate: Authenticate = async () => anonymous
  return {
    config,
    log,
    db,
    pool,
    bus,
    secrets,
    audit,
    objects: stored.objects,
    workers,
    authenticate,
    routes: [...auditRoutes(audit, db), ...stored.routes],
    now,
    newId,
    bootstrap: async () => undefined,
    start: () => startAll([{ start: async () => workers.close }, secrets, audit, bus]),
  }
}

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
