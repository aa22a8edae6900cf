import { getHealth, getReadiness, healthTopic } from '@bellwether/contract/platform/health'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, everywhere, type TestApp } from '../../testing.ts'
import { createMetrics } from '../telemetry/index.ts'
import { createHealth } from './registry.ts'

let app: TestApp
beforeAll(async () => {
  app = await createTestApp()
})
afterAll(() => app.close())

const fresh = () => createHealth({ version: '1', now: () => new Date(0), metrics: createMetrics() })

test('everybody learns how the whole is, only those who may learn of the parts', async () => {
  expect(await app.ask(getHealth, {})).toEqual({
    status: 'ok',
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    at: expect.any(String),
    uptime: expect.any(Number),
  })
  expect((await app.ask(getHealth, {}, everywhere('viewer'))).parts).toBeUndefined()
  const { parts } = await app.ask(getHealth, {}, everywhere('super_admin'))
  expect(parts).toContainEqual({ name: 'database', status: 'ok', ms: expect.any(Number) })
})

test('a part that fails is told with its reason, and the whole is as its worst part', async () => {
  const health = fresh()
  health.register('good', async () => undefined)
  health.register('limps', async () => ({ degraded: 'lag of 9 s' }))
  expect((await health.report()).status).toBe('degraded')
  const worse = fresh()
  worse.register('extra', () => Promise.reject(new Error('gone')), { optional: true })
  expect(await worse.report()).toMatchObject({ status: 'degraded', parts: [{ status: 'degraded', reason: 'gone' }] })
  const down = fresh()
  down.register('needed', () => Promise.reject(new Error('gone')))
  expect([(await down.report()).status, await down.isReady()]).toEqual(['down', false])
})

test('a part that does not answer counts as down, and many callers ask it once', async () => {
  const health = fresh()
  let asked = 0
  health.register('hangs', () => {
    asked += 1
    return new Promise(() => undefined)
  })
  const reports = await Promise.all(Array.from({ length: 50 }, () => health.report()))
  expect(asked).toBe(1)
  expect(reports[49]?.parts[0]).toMatchObject({ status: 'down', reason: 'no answer within 2 s' })
})

test('the probes answer while it runs, and no more when a needed part is gone', async () => {
  const own = await createTestApp()
  expect((await own.gateway.inject('/livez')).json()).toEqual({ status: 'ok' })
  expect(await own.ask(getReadiness, {})).toEqual({ status: 'ok' })
  let isWell = false
  own.platform.health.register('part', async () => {
    if (!isWell) throw new Error('not yet')
    return undefined
  })
  await expect
    .poll(async () => (await own.gateway.inject('/readyz')).json().code, { timeout: 3000 })
    .toBe('unavailable')
  expect((await own.gateway.inject('/livez')).statusCode).toBe(200)
  isWell = true
  await expect.poll(async () => (await own.gateway.inject('/readyz')).statusCode, { timeout: 3000 }).toBe(200)
  await own.close()
})

test('a change of a part goes out live', () => {
  expect(app.platform.hub.topics()).toContain(healthTopic)
})
