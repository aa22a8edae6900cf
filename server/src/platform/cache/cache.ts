import type { Redis } from 'ioredis'
import type { Metrics } from '../telemetry/index.ts'
import type { Cache, CachePut, Engine } from './face.ts'
import { createMemoryEngine } from './memory.ts'
import { createRedisEngine } from './redis-engine.ts'

const LONGEST = 86_400

export interface CacheParts {
  metrics: Metrics
  /** Shared by all processes when given; otherwise values stay in this one. */
  redis?: Redis | undefined
  now?: () => number
}

export const createCache = ({ redis, metrics, now }: CacheParts): Cache =>
  cacheOver(redis ? createRedisEngine(redis) : createMemoryEngine(now), metrics)

/** The face over any engine. A cache that fails is a miss: slower, never wrong. */
export function cacheOver(engine: Engine, metrics: Metrics): Cache {
  const requests = metrics.counter({
    name: 'cache_requests_total',
    help: 'Reads of the cache by result: hit, miss or failed',
    labels: ['result'],
  })
  const count = { hit: requests.labels('hit'), miss: requests.labels('miss'), failed: requests.labels('failed') }
  ratioOf(metrics, requests)
  const flights = new Map<string, { load: Promise<unknown>; drops: number }>()
  /** How often tags were dropped here: a load under way before a drop is not joined after it. */
  let drops = 0

  const orMiss = async <T>(work: Promise<T>): Promise<T | undefined> =>
    work.catch(() => {
      count.failed.inc()
      return undefined
    })
  async function get<T>(key: string): Promise<T | undefined> {
    const text = await orMiss(engine.read(key))
    ;(text === undefined ? count.miss : count.hit).inc()
    return text === undefined ? undefined : (JSON.parse(text) as T)
  }
  async function put(key: string, value: unknown, { seconds, tags = [], moment }: CachePut & { moment?: number }) {
    const text = JSON.stringify(value)
    if (text === undefined || moment === undefined) return
    await orMiss(engine.write(key, text, { seconds: Math.min(seconds, LONGEST), tags, moment }))
  }

  async function load<T>(key: string, how: CachePut, work: () => Promise<T>): Promise<T> {
    const moment = await orMiss(engine.moment())
    const made = async (): Promise<Made<T>> => {
      try {
        const value = await work()
        await put(key, value, { ...how, ...(moment === undefined ? {} : { moment }) })
        return { value }
      } catch (error) {
        return { error }
      }
    }
    if (!engine.alone || moment === undefined) return unwrap(await made())
    const mine = await orMiss(engine.alone(key, made))
    if (mine) return unwrap(mine)
    return (await get<T>(key)) ?? unwrap(await made())
  }

  return {
    get,
    set: async (key, value, how) => {
      const moment = await orMiss(engine.moment())
      await put(key, value, { ...how, ...(moment === undefined ? {} : { moment }) })
    },
    async through<T>(key: string, how: CachePut, work: () => Promise<T>): Promise<T> {
      const held = await get<T>(key)
      if (held !== undefined) return held
      const flight = flights.get(key)
      if (flight?.drops === drops) return flight.load as Promise<T>
      const own = { drops, load: load(key, how, work) }
      flights.set(key, own)
      try {
        return await own.load
      } finally {
        if (flights.get(key) === own) flights.delete(key)
      }
    },
    drop: async (key) => {
      drops += 1
      await orMiss(engine.drop(key))
    },
    dropTags: async (tags) => {
      if (tags.length === 0) return
      drops += 1
      await engine.dropTags(tags)
    },
    check: () => engine.check(),
    close: () => engine.close(),
  }
}

/** A load that failed is told apart from an engine that failed: the first reaches the caller, the second is a miss. */
type Made<T> = { value: T } | { error: unknown }
function unwrap<T>(made: Made<T>): T {
  if ('error' in made) throw made.error
  return made.value
}

function ratioOf(metrics: Metrics, requests: ReturnType<Metrics['counter']>): void {
  metrics.gauge({
    name: 'cache_hit_ratio',
    help: 'Hits of the cache per read since the process started',
    read: async (gauge) => {
      const { values } = await requests.get()
      const of = (result: string) => values.find(({ labels }) => labels.result === result)?.value ?? 0
      const all = of('hit') + of('miss')
      gauge.set(all === 0 ? 0 : of('hit') / all)
    },
  })
}
