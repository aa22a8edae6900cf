import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ENGINES, startRedis, type TestRedis } from '../../../testing-redis.ts'
import { callerKey, createLimits, network } from './limits.ts'
import { createMemoryLimits } from './memory.ts'
import { type Policy, policyOf } from './policy.ts'
import { createRedisLimits } from './redis.ts'

const MINUTE: Policy = { quotas: [{ name: 'minute', quota: 60, seconds: 60 }], header: '' }
const BURST: Policy = {
  quotas: [
    { name: 'minute', quota: 60, seconds: 60 },
    { name: 'burst', quota: 10, seconds: 1 },
  ],
  header: '',
}

describe.each(ENGINES)('limits in %s', (kind) => {
  let server: TestRedis | undefined
  let at = 0
  let made = 0
  beforeAll(async () => {
    if (kind === 'redis') server = await startRedis()
  })
  afterAll(() => server?.close())

  function fresh() {
    at = 1_700_000_040_000 // the start of a minute
    made += 1
    const now = () => at
    return server ? createRedisLimits(server.redis, now, `t${made}:`) : createMemoryLimits(now)
  }
  const allowed = async (limits: ReturnType<typeof fresh>, times: number, policy = MINUTE, key = 'a') => {
    let count = 0
    for (let index = 0; index < times; index++) if ((await limits.take(key, policy)).allowed) count += 1
    return count
  }

  test('a quota holds, each caller has their own', async () => {
    const limits = fresh()
    expect(await limits.take('a', MINUTE)).toMatchObject({ allowed: true, remaining: 59, reset: 60, retryAfter: 0 })
    expect(await allowed(limits, 80)).toBe(59)
    expect(await allowed(limits, 80, MINUTE, 'b')).toBe(60)
  })

  test('the window slides: at its border nobody gets the quota twice', async () => {
    const limits = fresh()
    at += 59_000
    expect(await allowed(limits, 100)).toBe(60)
    at += 1000
    expect(await allowed(limits, 100)).toBe(0)
    at += 30_000
    expect(await allowed(limits, 100)).toBe(30)
    at += 90_000
    expect(await allowed(limits, 100)).toBe(60)
  })

  test('retry-after is the truth: not a second earlier, and then it fits', async () => {
    for (const offset of [0, 10_000, 45_000, 59_000]) {
      const limits = fresh()
      at += offset
      await allowed(limits, 60)
      const { retryAfter } = await limits.take('a', MINUTE)
      at += (retryAfter - 1) * 1000
      expect((await limits.take('a', MINUTE)).allowed).toBe(false)
      at += 1000
      expect((await limits.take('a', MINUTE)).allowed).toBe(true)
    }
  })

  test('a burst is bounded within the quota', async () => {
    const limits = fresh()
    expect(await allowed(limits, 30, BURST)).toBe(10)
    expect(await limits.take('a', BURST)).toMatchObject({ allowed: false, tightest: { name: 'burst' }, remaining: 0 })
    let sum = 10
    for (let second = 0; second < 30; second++) {
      at += 2000
      sum += await allowed(limits, 30, BURST)
    }
    expect(sum).toBeGreaterThanOrEqual(60)
    expect(sum).toBeLessThanOrEqual(80)
  })

  test('any pattern of requests stays under the sliding count', async () => {
    const limits = fresh()
    const times: number[] = []
    let seed = 7
    for (let index = 0; index < 1500; index++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      at += seed % 400
      if ((await limits.take('a', MINUTE)).allowed) times.push(at)
    }
    const most = Math.max(...times.map((end) => times.filter((time) => time > end - 60_000 && time <= end).length))
    expect(most).toBeGreaterThan(50)
    expect(most).toBeLessThan(60 * 1.5) // the weighted count errs by less than half in the worst pattern
  })
})

test('the policy says its quotas in the form of the draft', () => {
  expect(policyOf(600).header).toBe('"minute";q=600;w=60, "burst";q=100;w=1')
  expect(policyOf(10).header).toBe('"minute";q=10;w=60')
})

test('callers are counted by key, person or network', () => {
  const person = { kind: 'user', id: 'u1', name: '', grants: [] } as const
  expect(callerKey(person, '1.2.3.4')).toBe('user u1')
  expect(callerKey({ ...person, kind: 'key', keyId: 'k1' }, '1.2.3.4')).toBe('key k1')
  expect(callerKey({ ...person, kind: 'anonymous', id: 'anonymous' }, '1.2.3.4')).toBe('ip 1.2.3.4')
  expect(['::ffff:1.2.3.4', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::9', '::1', '2001:db8::1'].map(network)).toEqual([
    '1.2.3.4',
    '2001:db8:1:2::/64',
    '2001:db8:1:2::/64',
    '0:0:0:0::/64',
    '2001:db8:0:0::/64',
  ])
})

test('made-up callers cost bounded memory and cannot use up what others have', () => {
  const limits = createMemoryLimits(() => 0)
  for (let index = 0; index < 150_000; index++) limits.take(`ip ${index}`, MINUTE)
  expect(limits.take('ip 1', MINUTE)).toMatchObject({ allowed: true, remaining: 58 })
})

test.runIf(ENGINES.includes('redis'))('without its Redis each process counts for itself', async () => {
  const server = await startRedis()
  const limits = createLimits({ redis: server.redis, now: () => 0 })
  expect(await limits.take('a', MINUTE)).toMatchObject({ remaining: 59 })
  server.redis.disconnect()
  expect(await limits.take('a', MINUTE)).toMatchObject({ allowed: true, remaining: 59 })
  expect(await limits.take('a', MINUTE)).toMatchObject({ remaining: 58 })
  await server.close()
})
