import {
  addCalendarEntry,
  changeCalendarEntry,
  getCalendarEntry,
  listCalendar,
  removeCalendarEntry,
} from '@bellwether/contract/sentinel/calendar'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, everywhere, person, type TestApp } from '../../testing.ts'

let app: TestApp
beforeAll(async () => {
  app = await createTestApp()
})
afterAll(() => app.close())

const analyst = everywhere('analyst')
const sale = {
  title: 'Black Friday',
  kind: 'promotion',
  zone: 'Europe/Berlin',
  startsAt: '2026-11-26T23:00:00.000Z',
  endsAt: '2026-11-27T23:00:00.000Z',
  hoursBefore: 6,
} as const

test('an entry is added, read, changed and removed', async () => {
  const added = await app.ask(addCalendarEntry, { body: sale }, analyst)
  expect(added).toEqual({ ...sale, id: added.id, domain: 'business', entity: '*', hoursAfter: 0, version: 1 })
  const changed = await app.ask(
    changeCalendarEntry,
    { params: { id: added.id }, body: { ...sale, hoursAfter: 12 } },
    analyst,
  )
  expect(await app.ask(getCalendarEntry, { params: { id: added.id } }, analyst)).toEqual(changed)
  await app.ask(removeCalendarEntry, { params: { id: added.id } }, analyst)
  expect(await app.refused(getCalendarEntry, { params: { id: added.id } }, analyst)).toMatchObject({
    status: 404,
    code: 'not_found',
  })
})

test('a list comes in pages that neither repeat nor skip', async () => {
  for (let day = 1; day <= 5; day++)
    await app.ask(
      addCalendarEntry,
      { body: { ...sale, entity: 'lane', startsAt: `2026-12-0${day}T00:00:00Z`, endsAt: `2026-12-0${day}T01:00:00Z` } },
      analyst,
    )
  const days: string[] = []
  let cursor: string | undefined
  do {
    const { items, nextCursor } = await app.ask(
      listCalendar,
      { query: { entity: 'lane', limit: 2, ...(cursor ? { cursor } : {}) } },
      analyst,
    )
    days.push(...items.map((entry) => entry.startsAt.slice(8, 10)))
    cursor = nextCursor
  } while (cursor)
  expect(days).toEqual(['01', '02', '03', '04', '05'])
})

test('a caller sees and changes only the domains granted', async () => {
  const hidden = await app.ask(addCalendarEntry, { body: { ...sale, domain: 'payments' } }, analyst)
  const packer = person({ role: 'analyst', domain: 'warehouse' })
  expect((await app.ask(listCalendar, {}, packer)).items).toEqual([])
  expect(await app.refused(getCalendarEntry, { params: { id: hidden.id } }, packer)).toMatchObject({ status: 404 })
  expect(await app.refused(addCalendarEntry, { body: { ...sale, domain: 'payments' } }, packer)).toMatchObject({
    status: 403,
  })
  expect(await app.refused(addCalendarEntry, { body: sale }, everywhere('viewer'))).toMatchObject({ status: 403 })
  expect(await app.refused(listCalendar, {}, person())).toMatchObject({ status: 403, code: 'forbidden' })
  expect(await app.refused(listCalendar, {})).toMatchObject({ status: 401, code: 'unauthenticated' })
})

test('every wrong field is named with what would be right', async () => {
  const problem = await app.refused(
    addCalendarEntry,
    { body: { ...sale, zone: 'Mars/Olympus', endsAt: sale.startsAt, title: ' ' } },
    analyst,
  )
  expect(problem).toMatchObject({ status: 400, code: 'invalid' })
  expect(problem.errors?.map(({ path }) => path)).toEqual(['body.title', 'body.zone', 'body.endsAt'])
  expect((await app.refused(addCalendarEntry, { body: { ...sale, endsAt: sale.startsAt } }, analyst)).errors).toEqual([
    { path: 'body.endsAt', message: 'must be after startsAt' },
  ])
  expect(await app.refused(listCalendar, { query: { cursor: 'made-up' } }, analyst)).toMatchObject({ status: 400 })
})
