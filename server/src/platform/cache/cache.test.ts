import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ENGINES, startRedis, type TestRedis } from '../../testing-redis.ts'
import { createMetrics } from '../telemetry/index.ts'
import { cacheOver } from './cache.ts'
import type { Cache, Engine } from './face.ts'
import { createMemoryEngine } from './memory.ts'
import { createRedisEngine } from './redis-engine.ts'

const deferred = <T>() => Promise.withResolvers<T>()

describe.each(ENGINES)('cache over %s', (kind) => {
  let server: TestRedis | undefined
  let prefix = 0
  beforeAll(async () => {
    if (kind === 'redis') server = await startRedis()
  })
  afterAll(() => server?.close())

  const engine = (): Engine => {
    prefix += 1
    return server ? createRedisEngine(server.redis, `t${prefix}:`) : createMemoryEngine()
  }
  const fresh = (): { cache: Cache; metrics: ReturnType<typeof createMetrics> } => {
    const metrics = createMetrics()
    return { cache: cacheOver(engine(), metrics), metrics }
  }

  test('a value is found until it is dropped, and is not the same object', async () => {
    const { cache } = fresh()
    expect(await cache.get('a')).toBeUndefined()
    const value = { list: [1, { two: 'zwei' }], none: null }
    await cache.set('a', value, { seconds: 60 })
    expect(await cache.get('a')).toEqual(value)
    expect(await cache.get('a')).not.toBe(value)
    await cache.drop('a')
    expect(await cache.get('a')).toBeUndefined()
  })

  test('values end with their time', async () => {
    const { cache } = fresh()
    await cache.set('short', 1, { seconds: 1 })
    await cache.set('long', 2, { seconds: 60 })
    await expect.poll(() => cache.get('short'), { timeout: 3000, interval: 50 }).toBeUndefined()
    expect(await cache.get('long')).toBe(2)
  })

  test('a tag drops all that carry it and nothing else', async () => {
    const { cache } = fresh()
    await cache.set('a', 1, { seconds: 60, tags: ['x', 'y'] })
    await cache.set('b', 2, { seconds: 60, tags: ['y'] })
    await cache.set('c', 3, { seconds: 60 })
    await cache.dropTags(['x'])
    expect([await cache.get('a'), await cache.get('b'), await cache.get('c')]).toEqual([undefined, 2, 3])
    await cache.set('a', 4, { seconds: 60, tags: ['x'] })
    expect(await cache.get('a')).toBe(4)
    await cache.dropTags(['x', 'y'])
    expect([await cache.get('a'), await cache.get('b')]).toEqual([undefined, undefined])
  })

  test('a hundred callers at once make one load', async () => {
    const { cache } = fresh()
    let loads = 0
    const gate = deferred<void>()
    const load = async () => {
      loads += 1
      await gate.promise
      return { made: loads }
    }
    const asked = Array.from({ length: 100 }, () => cache.through('k', { seconds: 60 }, load))
    gate.resolve()
    expect(new Set((await Promise.all(asked)).map(({ made }) => made))).toEqual(new Set([1]))
    expect(loads).toBe(1)
    expect(await cache.through('k', { seconds: 60 }, load)).toEqual({ made: 1 })
  })

  test('a failing load reaches its callers, is not kept, and is made once', async () => {
    const { cache } = fresh()
    let loads = 0
    const fail = async () => {
      loads += 1
      throw new Error('no')
    }
    const both = await Promise.allSettled([
      cache.through('k', { seconds: 60 }, fail),
      cache.through('k', { seconds: 60 }, fail),
    ])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(loads).toBe(1)
    expect(await cache.through('k', { seconds: 60 }, async () => 'yes')).toBe('yes')
  })

  test('what was loaded while its tag was dropped is not kept, and later callers do not join it', async () => {
    const { cache } = fresh()
    const gate = deferred<string>()
    const begun = deferred<void>()
    const put = { seconds: 60, tags: ['t'] }
    const early = cache.through('k', put, () => {
      begun.resolve()
      return gate.promise
    })
    await begun.promise
    await cache.dropTags(['t'])
    if (kind === 'memory') expect(await cache.through('k', put, async () => 'new')).toBe('new')
    gate.resolve('old')
    expect(await early).toBe('old')
    expect(await cache.get('k')).toBe(kind === 'memory' ? 'new' : undefined)
  })

  test('the ratio of hits is told', async () => {
    const { cache, metrics } = fresh()
    await cache.set('a', 1, { seconds: 60 })
    for (const key of ['a', 'a', 'a', 'b']) await cache.get(key)
    expect(await metrics.text()).toContain('bellwether_cache_hit_ratio 0.75')
  })
})

test('memory forgets the least recently used first, and never grows past its bounds', async () => {
  const engine = createMemoryEngine(Date.now, { entries: 3, characters: 1000 })
  const put = { seconds: 60, tags: [], moment: 0 }
  for (const key of ['a', 'b', 'c']) await engine.write(key, key, put)
  await engine.read('a')
  await engine.write('d', 'd', put)
  expect(await Promise.all(['a', 'b', 'c', 'd'].map((key) => engine.read(key)))).toEqual(['a', undefined, 'c', 'd'])
  await engine.write('large', 'x'.repeat(251), put)
  expect(await engine.read('large')).toBeUndefined()
  for (let at = 0; at < 10; at++) await engine.write(`k${at}`, 'x'.repeat(250), put)
  const held = await Promise.all(Array.from({ length: 10 }, (_, at) => engine.read(`k${at}`)))
  expect(held.filter(Boolean)).toHaveLength(3)
})

test.runIf(ENGINES.includes('redis'))('without its Redis the cache is slower, never wrong', async () => {
  const server = await startRedis()
  const metrics = createMetrics()
  const { Redis } = await import('ioredis')
  const redis = new Redis(server.url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 500,
    retryStrategy: () => null,
  })
  redis.on('error', () => undefined)
  await new Promise((resolve) => redis.once('ready', resolve))
  const cache = cacheOver(createRedisEngine(redis), metrics)
  await cache.set('a', 1, { seconds: 60 })
  expect(await cache.get('a')).toBe(1)
  await server.kill()
  expect(await cache.get('a')).toBeUndefined()
  expect(await cache.through('a', { seconds: 60 }, async () => 2)).toBe(2)
  await expect(cache.check()).rejects.toThrow()
  expect(await metrics.text()).toMatch(/cache_requests_total\{result="failed"\} [1-9]/)
  redis.disconnect()
  await server.close()
})
