import { searchAudit } from '@bellwether/contract/platform/audit'
import { FlagChanged } from '@bellwether/contract/platform/events'
import {
  addFlag,
  changeFlag,
  getFlag,
  listFlags,
  listFlagVersions,
  type NewFlag,
  removeFlag,
  switchFlag,
  tryFlag,
} from '@bellwether/contract/platform/flags'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { z } from 'zod'
import { createTestApp, everywhere, person, type TestApp } from '../../testing.ts'
import { createBus } from '../bus/index.ts'
import { createFlags } from './index.ts'

let now = new Date('2026-11-20T12:00:00Z')
let app: TestApp
beforeAll(async () => {
  app = await createTestApp({ now: () => now })
})
afterAll(() => app.close())

const root = everywhere('super_admin')
const chart: z.input<typeof NewFlag> = { key: 'chart', kind: 'boolean', on: true, owner: 'ada', percent: 100 }
const ada = { targetingKey: 'ada' }

/** Waits for a condition that another process or connection brings about. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 5000; !(await condition()); await new Promise((next) => setTimeout(next, 10)))
    if (Date.now() > end) throw new Error('this did not come true')
}

test('a flag is added, asked, changed, switched and removed, with every version and act kept', async () => {
  const { flags } = app.platform
  const heard: unknown[] = []
  const bus = createBus(app.platform)
  bus.subscribe({ group: 'test', types: [FlagChanged], handle: async ({ data }) => void heard.push(data) })
  const stop = await bus.start()
  const added = await app.ask(addFlag, { body: chart }, root)
  expect(added).toMatchObject({ ...chart, status: 'on', version: 1, allow: [], rules: [] })
  expect(await flags.isOn('chart', ada, false)).toBe(true)
  const changed = await app.ask(
    changeFlag,
    { params: { key: 'chart' }, body: { ...chart, percent: 0, allow: ['bob'] } },
    root,
  )
  expect(changed).toMatchObject({ version: 2, percent: 0 })
  expect(await flags.isOn('chart', ada, true)).toBe(false)
  expect(await flags.isOn('chart', { targetingKey: 'bob' }, false)).toBe(true)
  expect(await app.ask(switchFlag, { params: { key: 'chart' }, body: { on: false } }, root)).toMatchObject({
    status: 'off',
    version: 3,
  })
  expect(await flags.isOn('chart', { targetingKey: 'bob' }, true)).toBe(false)
  expect(await app.ask(getFlag, { params: { key: 'chart' } }, root)).toMatchObject({ version: 3, on: false })
  await app.ask(removeFlag, { params: { key: 'chart' } }, root)
  expect(await flags.isOn('chart', ada, true)).toBe(true)
  expect(await app.refused(getFlag, { params: { key: 'chart' } }, root)).toMatchObject({ status: 404 })

  const versions = await app.ask(listFlagVersions, { params: { key: 'chart' }, query: { limit: 2 } }, root)
  expect(versions.items.map(({ version, change }) => [version, change])).toEqual([
    [4, 'removed'],
    [3, 'switched'],
  ])
  const earlier = await app.ask(
    listFlagVersions,
    { params: { key: 'chart' }, query: { cursor: versions.nextCursor } },
    root,
  )
  expect(earlier.items.map(({ version, change, by }) => [version, change, by])).toEqual([
    [2, 'changed', 'Ada'],
    [1, 'added', 'Ada'],
  ])
  expect(await app.ask(addFlag, { body: chart }, root)).toMatchObject({ version: 5 })
  const acts = await app.ask(searchAudit, { query: { action: 'flag.', objectId: 'chart' } }, root)
  expect(acts.items.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['flag.added', 'flag.changed', 'flag.switched', 'flag.removed']),
  )
  await until(() => heard.length === 5)
  expect(heard).toMatchObject([
    { key: 'chart', version: 1, on: true, change: 'added' },
    { change: 'changed' },
    { version: 3, on: false, change: 'switched' },
    { version: 4, on: false, change: 'removed' },
    { version: 5, change: 'added' },
  ])
  await stop()
})

test('a change that somebody else overtook is refused', async () => {
  await app.ask(addFlag, { body: { ...chart, key: 'raced' } }, root)
  expect(await app.refused(addFlag, { body: { ...chart, key: 'raced' } }, root)).toMatchObject({ status: 409 })
  const authorization = await app.authorizationOf(root)
  const inject = (etag: string) =>
    app.gateway.inject({
      method: 'PUT',
      url: '/api/v1/flags/raced',
      headers: { authorization, 'if-match': etag },
      payload: { ...chart, key: 'raced', percent: 50 },
    })
  expect((await inject('"1"')).statusCode).toBe(200)
  expect((await inject('"1"')).statusCode).toBe(409)
  const all = await Promise.all(
    Array.from({ length: 5 }, () => app.send(switchFlag, { params: { key: 'raced' }, body: { on: false } }, root)),
  )
  expect(all.filter(({ status }) => status === 200).length).toBeGreaterThan(0)
  expect(all.every(({ status }) => status === 200 || status === 409)).toBe(true)
})

test('what is asked for is checked', async () => {
  const problems = async (body: object) =>
    (await app.refused(addFlag, { body: { ...chart, key: 'bad', ...body } as typeof chart }, root)).errors?.map(
      ({ path }) => path,
    )
  expect(await problems({ percent: 0.0005 })).toEqual(['body.percent'])
  expect(await problems({ key: 'no spaces' })).toEqual(['body.key'])
  expect(await problems({ kind: 'variant' })).toEqual(['body.variants'])
  expect(await problems({ otherwise: 'x' })).toEqual(['body.otherwise'])
  expect(await problems({ rules: [{ when: [{ attribute: 'a', operator: 'in', value: 'x' }] }] })).toEqual([
    'body.rules.0.when.0.value',
  ])
  expect(
    await problems({
      kind: 'variant',
      variants: [
        { name: 'a', value: 1 },
        { name: 'b', value: 'x' },
      ],
    }),
  ).toEqual(['body.variants'])
  expect(await problems({ startsAt: '2026-11-20T12:00:00Z', endsAt: '2026-11-20T12:00:00Z' })).toEqual(['body.endsAt'])
  expect(await app.refused(changeFlag, { params: { key: 'other' }, body: chart }, root)).toMatchObject({
    errors: [{ path: 'body.key' }],
  })
  expect(await problems({ description: 'a\0b' })).toHaveLength(1)
})

test('who may what', async () => {
  const chief = person({ role: 'domain_admin', domain: 'warehouse' })
  expect((await app.ask(listFlags, {}, chief)).items.length).toBeGreaterThan(0)
  expect(await app.refused(switchFlag, { params: { key: 'chart' }, body: { on: false } }, chief)).toMatchObject({
    status: 403,
  })
  expect(await app.refused(listFlags, {}, everywhere('analyst'))).toMatchObject({ status: 403 })
  expect(await app.refused(listFlags, {})).toMatchObject({ status: 401 })
})

test('lists are searched, filtered by what holds now, and paged', async () => {
  for (const [key, fields] of Object.entries({
    'list-a': { expiresAt: '2026-11-20T11:00:00Z' },
    'list-b': { startsAt: '2026-11-21T00:00:00Z' },
    'list-c': { endsAt: '2026-11-20T11:00:00Z' },
    'List-d': { on: false, description: 'FINDME' },
  }))
    await app.ask(addFlag, { body: { ...chart, key, ...fields } }, root)
  const keys = async (query: object) => (await app.ask(listFlags, { query }, root)).items.map(({ key }) => key)
  expect(await keys({ text: 'list-', status: 'expired' })).toEqual(['list-a'])
  expect(await keys({ status: 'scheduled' })).toEqual(['list-b'])
  expect(await keys({ status: 'ended' })).toEqual(['list-c'])
  expect(await keys({ text: 'findme' })).toEqual(['List-d'])
  const found: string[] = []
  let cursor: string | undefined
  do {
    const page = await app.ask(listFlags, { query: { text: 'list-', limit: 1, ...(cursor ? { cursor } : {}) } }, root)
    found.push(...page.items.map(({ key }) => key))
    cursor = page.nextCursor
  } while (cursor)
  expect(found).toEqual(['List-d', 'list-a', 'list-b', 'list-c'])
})

test('a schedule and an expiry come true by the clock alone', async () => {
  const { flags } = app.platform
  await app.ask(
    addFlag,
    { body: { ...chart, key: 'timed', startsAt: '2026-11-20T13:00:00Z', expiresAt: '2026-11-20T14:00:00Z' } },
    root,
  )
  expect(await flags.isOn('timed', ada, false)).toBe(false)
  now = new Date('2026-11-20T13:00:00Z')
  expect(await flags.isOn('timed', ada, false)).toBe(true)
  now = new Date('2026-11-20T14:00:00Z')
  expect(await flags.isOn('timed', ada, true)).toBe(false)
  expect(await app.ask(tryFlag, { params: { key: 'timed' }, body: { context: ada } }, root)).toEqual({
    value: false,
    variant: 'off',
    reason: 'DEFAULT',
    because: 'the flag has expired',
  })
})

test('another process hears of a change within moments', async () => {
  const { db, bus, audit, log } = app.platform
  const other = createFlags({ db, bus, audit, log, now: () => now })
  const stop = await other.start()
  await app.ask(addFlag, { body: { ...chart, key: 'told' } }, root)
  await until(() => other.isOn('told', ada, false))
  await app.ask(switchFlag, { params: { key: 'told' }, body: { on: false } }, root)
  await until(async () => !(await other.isOn('told', ada, true)))
  await stop()
})
