import { event } from '@bellwether/contract/event'
import * as wire from '@bellwether/contract/platform/bus'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createTestApp, everywhere, person, type TestApp } from '../../testing.ts'
import { createBus } from './index.ts'
import { until } from './testdata/until.ts'

const Moved = event('test.parcel-moved', 1, { summary: 'A parcel moved', data: z.object({ n: z.number() }) })
const GROUP = 'test.fragile'
const NOBODY = '0190a1b2-0000-7000-8000-00000000dead'

const ruler = everywhere('super_admin')
const reader = everywhere('domain_admin')
const local = person({ role: 'domain_admin', domain: 'warehouse' })

let app: TestApp
let stop: () => Promise<void>
let broken = true
const seen: number[] = []
beforeAll(async () => {
  app = await createTestApp()
  const bus = createBus(app.platform)
  bus.subscribe({
    group: GROUP,
    types: [Moved],
    attempts: 1,
    async handle({ data }) {
      if (broken) throw new Error('no such parcel')
      seen.push(data.n)
    },
  })
  stop = await bus.start()
})
afterAll(async () => {
  await stop()
  await app.close()
})

const letters = async () => (await app.ask(wire.listDeadLetters, { query: { group: GROUP } }, reader)).items
async function deadLetter(n: number) {
  broken = true
  await app.platform.bus.publish(app.platform.db, Moved, { key: `parcel ${n}`, data: { n } })
  await until('it is a dead letter', async () => (await letters()).some(({ key }) => key === `parcel ${n}`))
  const found = (await letters()).find(({ key }) => key === `parcel ${n}`)
  if (!found) throw new Error('gone again')
  return found
}

test('a dead letter is listed without its data, shown with it, replayed and dropped', async () => {
  const letter = await deadLetter(1)
  expect(letter).toMatchObject({ group: GROUP, type: Moved.type, reason: 'no such parcel', attempts: 1 })
  expect(letter).not.toHaveProperty('fact')
  const params = { id: letter.id }
  expect((await app.ask(wire.getDeadLetter, { params }, ruler)).fact.data).toEqual({ n: 1 })
  broken = false
  await app.ask(wire.replayDeadLetter, { params }, ruler)
  await until('it was handled', () => seen.includes(1))
  expect(await app.refused(wire.replayDeadLetter, { params }, ruler)).toMatchObject({ status: 404 })

  const other = await deadLetter(2)
  await app.ask(wire.dropDeadLetter, { params: { id: other.id } }, ruler)
  expect(await letters()).toEqual([])
  expect(await app.refused(wire.getDeadLetter, { params: { id: other.id } }, ruler)).toMatchObject({ status: 404 })
})

test('facts are listed newest first in pages, and their data only when asked for', async () => {
  for (const n of [11, 12, 13]) await app.platform.bus.publish(app.platform.db, Moved, { key: 'listed', data: { n } })
  await until(
    'all are in the log',
    async () => (await app.platform.bus.facts({ key: 'listed', limit: 9 })).length === 3,
  )
  const query = { key: 'listed', limit: 2 }
  const first = await app.ask(wire.listEvents, { query }, reader)
  expect(first.items.map((fact) => fact.data)).toEqual([undefined, undefined])
  const rest = await app.ask(
    wire.listEvents,
    { query: { ...query, cursor: String(first.nextCursor), data: 'true' } },
    ruler,
  )
  expect(rest.items.map((fact) => fact.data)).toEqual([{ n: 11 }])
  expect(rest.nextCursor).toBeUndefined()
  const [past, future] = [
    new Date(Date.now() - 3_600_000).toISOString(),
    new Date(Date.now() + 3_600_000).toISOString(),
  ]
  const within = async (span: { from?: string; to?: string }) =>
    (await app.ask(wire.listEvents, { query: { ...query, ...span } }, reader)).items.length
  expect([
    await within({ from: past, to: future }),
    await within({ to: past }),
    await within({ from: future }),
  ]).toEqual([2, 0, 0])
  expect((await app.ask(wire.listEvents, { query: { type: 'test.nothing' } }, reader)).items).toEqual([])
})

test('groups tell where they stand, and are sent back to a time', async () => {
  broken = false
  const find = async () => (await app.ask(wire.listGroups, {}, reader)).items.find(({ group }) => group === GROUP)
  await app.platform.bus.publish(app.platform.db, Moved, { key: 'again', data: { n: 21 } })
  await until('it was handled', () => seen.includes(21))
  await until('no lane lags', async () => (await find())?.lag === 0)
  const [fact] = await app.platform.bus.facts({ key: 'again', limit: 1 })
  const from = new Date(Date.parse(fact?.time ?? '') - 1).toISOString()
  const sent = await app.ask(wire.replayGroup, { params: { group: GROUP }, body: { from } }, ruler)
  expect(sent.group).toBe(GROUP)
  await until('it came again', () => seen.filter((n) => n === 21).length === 2)
  expect(
    await app.refused(wire.replayGroup, { params: { group: 'test.nobody' }, body: { from } }, ruler),
  ).toMatchObject({
    status: 404,
  })
})

test('who may not, may not: neither change, nor see what facts of all domains say', async () => {
  const params = { id: NOBODY }
  for (const who of [reader, local]) {
    expect(await app.refused(wire.replayDeadLetter, { params }, who)).toMatchObject({ status: 403 })
    expect(await app.refused(wire.dropDeadLetter, { params }, who)).toMatchObject({ status: 403 })
  }
  expect(await app.refused(wire.listGroups, {}, everywhere('analyst'))).toMatchObject({ status: 403 })
  expect(await app.refused(wire.listEvents, {})).toMatchObject({ status: 401 })
  expect(await app.refused(wire.listEvents, { query: { data: 'true' } }, local)).toMatchObject({ status: 403 })
  expect(await app.refused(wire.getDeadLetter, { params }, local)).toMatchObject({ status: 403 })
})

test('what a client sends cannot break it', async () => {
  const refusals = [
    app.refused(wire.listEvents, { query: { cursor: 'made up' } }, ruler),
    app.refused(wire.listEvents, { query: { limit: 9999 } }, ruler),
    app.refused(wire.listEvents, { query: { from: 'yesterday' } }, ruler),
    app.refused(wire.listDeadLetters, { query: { cursor: 'WyJhIl0' } }, ruler),
    app.refused(wire.getDeadLetter, { params: { id: 'x' } }, ruler),
    app.refused(wire.replayGroup, { params: { group: GROUP }, body: { from: 'soon' } }, ruler),
  ]
  for (const refusal of await Promise.all(refusals)) expect(refusal.status).toBe(400)
  const odd = await app.send(wire.listEvents, { query: { key: 'nul \0', type: '\0' } }, ruler)
  expect(odd.status).toBeLessThan(500)
})

test('reading what facts say, and every change, is audited', async () => {
  const letter = await deadLetter(31)
  await app.ask(wire.getDeadLetter, { params: { id: letter.id } }, ruler)
  await app.ask(wire.dropDeadLetter, { params: { id: letter.id } }, ruler)
  await app.platform.audit.seal()
  const { rows } = await app.platform.pool.query<{ found: string }>(
    `select distinct action as found from platform.audit_entry where object_id = $1`,
    [letter.id],
  )
  expect(rows.map(({ found }) => found).sort()).toEqual(['dead-letter.drop', 'dead-letter.read'])
})
