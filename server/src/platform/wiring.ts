import type { EventType } from '@bellwether/contract/event'
import { GrantsChanged, KeyRevoked, SessionRevoked, UserStatusChanged } from '@bellwether/contract/platform/events'
import { healthTopic } from '@bellwether/contract/platform/health'
import type pg from 'pg'
import type { Audit } from './audit/index.ts'
import type { Bus } from './bus/index.ts'
import type { Cache, connectRedis } from './cache/index.ts'
import type { Config } from './config/index.ts'
import { type Hub, type Route, tagsStaleBy } from './gateway/index.ts'
import { diskCheck, type HealthRegistry, watchHealth } from './health/index.ts'
import type { Jobs } from './jobs/index.ts'
import type { Secrets } from './secrets/index.ts'
import type { Metrics } from './telemetry/index.ts'
import type { Workers } from './workers/index.ts'

// What one room tells another without either knowing the other.

/** Rights that end, end on open connections too. */
export function endConnections(bus: Bus, hub: Hub): void {
  bus.subscribe({
    group: 'platform.live-sessions',
    types: [SessionRevoked],
    handle: async ({ data }) => hub.disconnect({ sessionId: data.sessionId }, 'the session ended'),
  })
  bus.subscribe({
    group: 'platform.live-keys',
    types: [KeyRevoked],
    handle: async ({ data }) => hub.disconnect({ keyId: data.keyId }, 'the key was revoked'),
  })
  bus.subscribe({
    group: 'platform.live-rights',
    types: [GrantsChanged, UserStatusChanged] as readonly EventType[],
    handle: async ({ data }) =>
      hub.disconnect({ userId: String((data as { userId: unknown }).userId) }, 'rights have changed; connect again'),
  })
}

/** Facts make the cached answers stale that were made from what they changed. */
export function dropStaleAnswers(
  { bus, cache }: { bus: Bus; cache: Cache },
  { events, routes }: { events: readonly EventType[]; routes: readonly Route[] },
): void {
  const types = events.filter(({ type }) => tagsStaleBy(routes, type).length > 0)
  if (types.length === 0) return
  // Each process keeps answers of its own, so each must hear; an answer grows old by itself when one was missed.
  bus.watch(types, ({ type }) => {
    cache.dropTags(tagsStaleBy(routes, type)).catch(() => undefined) // the cache tells of it by its own health
  })
}

/** How the event log stands, for whoever watches the house. */
export function watchBus({ bus, health, metrics }: { bus: Bus; health: HealthRegistry; metrics: Metrics }): void {
  health.register('events', async () => {
    const troubles = await bus.troubles()
    return troubles.length > 0 ? { degraded: troubles.join('; ') } : undefined
  })
  const labels = ['group']
  const lag = metrics.gauge({ name: 'event_lag', help: 'Positions of the event log a group has still to pass', labels })
  const parked = metrics.gauge({ name: 'event_parked', help: 'Facts of a group that wait for another try', labels })
  metrics.gauge({
    name: 'event_dead_letters',
    help: 'Facts that a group gave up on',
    labels,
    async read(dead) {
      for (const at of await bus.positions()) {
        lag.set({ group: at.group }, at.lag)
        parked.set({ group: at.group }, at.parked)
        dead.set({ group: at.group }, at.deadLetters)
      }
    },
  })
}

/** Whether background work gets done, and where the data lies has room. */
export function watchWork({
  jobs,
  workers,
  health,
  config,
}: {
  jobs: Jobs
  workers: Workers
  health: HealthRegistry
  config: Pick<Config, 'data'>
}): void {
  health.register('jobs', async () => {
    const failed = (await jobs.queues()).filter(({ dead }) => dead > 0)
    return failed.length > 0
      ? {
          degraded: `failed jobs wait for somebody to look: ${failed.map(({ queue, dead }) => `${dead} of ${queue}`).join(', ')}`,
        }
      : undefined
  })
  health.register('workers', async () => {
    const { waiting, threads } = workers.stats()
    return waiting > MANY_WAITING ? { degraded: `${waiting} calculations wait for ${threads} threads` } : undefined
  })
  health.register('disk', diskCheck(config.data), { optional: true })
}

/** Calculations in the queue beyond which somebody surely waits for an answer. */
const MANY_WAITING = 100

/** Whether what was done is written down as it should be, and its keys are as young as they should be. */
export function watchRecords({
  audit,
  secrets,
  health,
  now,
}: {
  audit: Audit
  secrets: Secrets
  health: HealthRegistry
  now: () => Date
}): void {
  health.register('audit', async () => {
    const troubles = await audit.troubles()
    return troubles.length > 0 ? { degraded: troubles.join('; ') } : undefined
  })
  health.register('keys', async () => {
    const { due, source } = await secrets.state()
    if (now() < due) return undefined
    const what = source === 'file' ? 'the key that encrypts stored keys' : 'BELLWETHER_KEK'
    return { degraded: `${what} is due for a change since ${due.toISOString()}` }
  })
}

/** What the house itself can be asked about how it is. */
export function watchRooms({
  health,
  pool,
  cache,
  metrics,
  isRedis,
}: {
  health: HealthRegistry
  pool: pg.Pool
  cache: Cache
  metrics: Metrics
  isRedis: boolean
}): void {
  health.register('database', async () => {
    await pool.query('select 1')
    return pool.waitingCount > 0 && pool.idleCount === 0
      ? { degraded: `${pool.waitingCount} requests wait for a connection; raise BELLWETHER_DATABASE_POOL` }
      : undefined
  })
  if (isRedis) health.register('redis', () => cache.check().then(() => undefined), { optional: true })
  metrics.gauge({
    name: 'database_connections',
    help: 'Connections of this process by state: busy, idle, and requests waiting for one',
    labels: ['state'],
    read: (gauge) => {
      gauge.set({ state: 'idle' }, pool.idleCount)
      gauge.set({ state: 'busy' }, pool.totalCount - pool.idleCount)
      gauge.set({ state: 'waiting' }, pool.waitingCount)
    },
  })
}

/** Live messages and what is cached, from start to stop. */
export const outlets = ({
  hub,
  health,
  cache,
  redis,
}: {
  hub: Hub
  health: HealthRegistry
  cache: Cache
  redis: ReturnType<typeof connectRedis> | undefined
}) => ({
  async start() {
    const stopHub = await hub.start()
    const stopTelling = watchHealth(health, (report) => hub.publish(healthTopic, { type: 'changed', data: report }))
    return async () => {
      await stopTelling()
      await stopHub()
      await cache.close()
      redis?.disconnect()
    }
  },
})
