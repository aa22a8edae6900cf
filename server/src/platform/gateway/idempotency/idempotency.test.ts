import { endpoint } from '@bellwether/contract/endpoint'
import { addCalendarEntry, changeCalendarEntry, listCalendar } from '@bellwether/contract/sentinel/calendar'
import { CalendarChanged } from '@bellwether/contract/sentinel/events'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { createTestApp, everywhere, person, type TestApp } from '../../../testing.ts'
import type { Principal } from '../../access/index.ts'
import { conflict } from '../../errors/index.ts'
import { answer, routes } from '../routes.ts'
import { createIdempotency } from './idempotency.ts'

const count = endpoint('POST /api/v1/test/count', {
  can: 'signed-in',
  summary: 'Counts its calls',
  body: z.object({ wait: z.boolean().optional(), fail: z.boolean().optional() }),
  answers: z.object({ count: z.number() }),
  status: 201,
})
const token = endpoint('POST /api/v1/test/token', {
  can: 'signed-in',
  summary: 'Answers a secret and forgot to say so',
  answers: z.object({ accessToken: z.string() }),
})

let calls = 0
const heard: string[] = []
let gate = Promise.withResolvers<void>()
let entered = Promise.withResolvers<void>()
let clock = Date.parse('2026-03-01T12:00:00Z')
const extra = routes((r) => {
  r.on(count, async ({ body }) => {
    calls += 1
    const mine = calls
    entered.resolve()
    if (body.wait) await gate.promise
    if (body.fail) throw conflict('no')
    return answer({ count: mine }, { headers: { etag: `"${mine}"` } })
  })
  r.on(token, () => {
    calls += 1
    return { accessToken: `secret ${calls}` }
  })
})

let app: TestApp
beforeAll(async () => {
  app = await createTestApp({ routes: extra, now: () => new Date(clock) })
  app.platform.bus.watch([CalendarChanged], ({ data }) => {
    heard.push(data.entry.id)
  })
})
afterAll(() => app.close())
beforeEach(() => {
  calls = 0
  gate = Promise.withResolvers()
  entered = Promise.withResolvers()
})

const ada = everywhere('analyst')
const bob: Principal = { ...person({ role: 'viewer', domain: '*' }), id: '0190a1b2-0000-7000-8000-000000000002' }
async function post(
  key: string,
  { as = ada, body = {}, path = count.path }: { as?: Principal; body?: object; path?: string } = {},
) {
  const headers = { authorization: await app.authorizationOf(as), 'idempotency-key': key }
  return app.gateway.inject({ method: 'POST', url: path, payload: body, headers })
}

test('a repetition gets the first answer again, with its status and headers, and nothing happens twice', async () => {
  const first = await post('k1')
  const again = await post('"k1"')
  expect([first.statusCode, first.json(), first.headers.etag]).toEqual([201, { count: 1 }, '"1"'])
  expect([again.statusCode, again.json(), again.headers.etag]).toEqual([201, { count: 1 }, '"1"'])
  expect([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']]).toEqual([undefined, 'true'])
  expect(calls).toBe(1)
})

test('a key belongs to its caller, its address and its body', async () => {
  await post('k2')
  expect((await post('k2', { as: bob })).json()).toEqual({ count: 2 })
  const other = await post('k2', { body: { wait: false } })
  expect(other.json()).toMatchObject({ status: 409, code: 'conflict', errors: [{ path: 'headers.idempotency-key' }] })
  expect((await post('k2', { path: `${count.path}?x=1` })).statusCode).toBe(409)
  expect(calls).toBe(2)
})

test('while the first is under way a second is told to come back, and then gets its answer', async () => {
  const first = post('k3', { body: { wait: true } })
  await entered.promise
  const early = await post('k3', { body: { wait: true } })
  expect([early.statusCode, early.headers['retry-after']]).toEqual([409, '1'])
  gate.resolve()
  expect((await first).json()).toEqual({ count: 1 })
  expect((await post('k3', { body: { wait: true } })).json()).toEqual({ count: 1 })
})

test('of many at once one is carried out', async () => {
  gate.resolve()
  const all = await Promise.all(Array.from({ length: 20 }, () => post('k4')))
  expect(calls).toBe(1)
  const told = all.map((response) => response.json<{ count?: number; code?: string }>())
  expect(told.every(({ count, code }) => count === 1 || code === 'conflict')).toBe(true)
})

test('a refused request changed nothing, so its key may be used again', async () => {
  expect((await post('k5', { body: { fail: true } })).statusCode).toBe(409)
  expect((await post('k5', { body: { nope: 1 } })).statusCode).toBe(400)
  expect((await post('k5')).statusCode).toBe(201)
})

test('a key holds for a day; a request that never ended may be begun again after a minute', async () => {
  await post('k6')
  clock += 86_400_000 - 1000
  expect((await post('k6')).json()).toEqual({ count: 1 })
  clock += 2000
  expect((await post('k6')).json()).toEqual({ count: 2 })
  await app.platform.pool.query('update platform.idempotency set status = null where key = $1', ['k6'])
  expect((await post('k6')).statusCode).toBe(409)
  clock += 61_000
  expect((await post('k6')).json()).toEqual({ count: 3 })
  clock += 86_400_001
  await createIdempotency({ db: app.platform.db, now: () => new Date(clock) }).purge()
  expect((await app.platform.pool.query('select from platform.idempotency')).rowCount).toBe(0)
})

test('an unfit key is refused', async () => {
  for (const key of ['', ' ', 'ä', 'x'.repeat(256)]) expect((await post(key)).statusCode).toBe(400)
  expect(calls).toBe(0)
})

test('a secret is never stored', async () => {
  expect((await post('k7', { path: token.path })).json()).toEqual({ accessToken: 'secret 1' })
  expect((await post('k7', { path: token.path })).json()).toEqual({ accessToken: 'secret 2' })
  const { rows } = await app.platform.pool.query('select body from platform.idempotency')
  expect(JSON.stringify(rows)).not.toContain('secret')
})

const sale = {
  title: 'Sale',
  kind: 'promotion',
  zone: 'UTC',
  startsAt: '2026-01-01T00:00:00Z',
  endsAt: '2026-01-02T00:00:00Z',
} as const
const hits = async () =>
  Number(/cache_requests_total\{result="hit"\} (\d+)/.exec(await app.platform.metrics.text())?.[1] ?? 0)

test('a kept answer is given to callers with the same rights only, and never after a change', async () => {
  const here = person({ role: 'analyst', domain: 'here' })
  const there = person({ role: 'analyst', domain: 'there' })
  const entry = await app.ask(addCalendarEntry, { body: { ...sale, domain: 'here' } }, ada)
  const titles = async (who: Principal) => (await app.ask(listCalendar, {}, who)).items.map(({ title }) => title)
  expect(await titles(here)).toEqual(['Sale'])
  // The fact of the new entry may still be on its way and make the kept answer stale once more.
  const hitsOfAnother = async () => {
    expect(await titles(here)).toEqual(['Sale'])
    const before = await hits()
    expect(await titles({ ...here, id: bob.id })).toEqual(['Sale'])
    return (await hits()) - before
  }
  await expect.poll(hitsOfAnother).toBe(1)
  expect(await titles(there)).toEqual([])
  await app.ask(
    changeCalendarEntry,
    { params: { id: entry.id }, body: { ...sale, domain: 'here', title: 'Fair' } },
    here,
  )
  expect(await titles(here)).toEqual(['Fair'])
})

test('a fact whose type begins with a tag makes the answers stale that carry it', async () => {
  const entry = await app.ask(addCalendarEntry, { body: { ...sale, title: 'Told' } }, ada)
  const titles = async () => (await app.ask(listCalendar, {}, ada)).items.map(({ title }) => title)
  // Its own fact must have passed before the answer can be said to be kept.
  await expect.poll(() => heard, { timeout: 5000 }).toContain(entry.id)
  expect(await titles()).toContain('Told')
  await app.platform.pool.query('update sentinel.calendar_entry set title = $1 where id = $2', ['Behind', entry.id])
  expect(await titles()).toContain('Told')
  await app.platform.db
    .transaction()
    .execute((tx) =>
      app.platform.bus.publish(tx, CalendarChanged, { key: entry.id, data: { entry, change: 'changed' } }),
    )
  await expect.poll(titles, { timeout: 5000 }).toContain('Behind')
})
