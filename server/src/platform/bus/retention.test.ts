import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase } from '../../testing.ts'
import { createRetention } from './log/retention.ts'

const DAY = 86_400_000
const TODAY = new Date('2026-11-20T12:00:00Z')
const daysAgo = (days: number) => new Date(TODAY.getTime() - days * DAY)

let database: Awaited<ReturnType<typeof createTestDatabase>>
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.pool.query('truncate platform.event; delete from platform.consumer_lane')
})

/** A fact logged so many days ago; its partition is made as it was on that day. */
async function logged(position: number, days: number): Promise<void> {
  await createRetention({ db: database.db, keep: 1000 }).partition(daysAgo(days))
  await database.pool.query(
    `insert into platform.event (position, logged_at, id, type, version, source, time, key, slot, data)
     values ($1, $2, gen_random_uuid(), 'test.moved', 1, 'test', $2, 'k', 0, '{}')`,
    [position, daysAgo(days)],
  )
}
const readUpTo = (position: number) =>
  database.pool.query("insert into platform.consumer_lane values ('test.group', 0, $1, now())", [position])
const positions = async () =>
  (await database.pool.query<{ position: number }>('select position from platform.event order by 1')).rows.map(
    ({ position }) => position,
  )

test('facts past retention are dropped, younger ones stay', async () => {
  for (const [position, days] of [
    [1, 40],
    [2, 31],
    [3, 29],
    [4, 0],
  ] as const)
    await logged(position, days)
  await readUpTo(4)
  await createRetention({ db: database.db, keep: 30 }).partition(TODAY)
  expect(await positions()).toEqual([3, 4])
})

test('what a group has not read is kept up to twice as long, and somebody is told', async () => {
  for (const [position, days] of [
    [1, 70],
    [2, 50],
    [3, 10],
  ] as const)
    await logged(position, days)
  await readUpTo(1)
  const retention = createRetention({ db: database.db, keep: 30 })
  await retention.partition(TODAY)
  expect(await positions()).toEqual([2, 3])
  expect(await retention.troubles(TODAY)).toEqual([
    expect.stringContaining('facts that are 50 days old; they are dropped after 60 days'),
  ])
  await database.pool.query('update platform.consumer_lane set position = 2')
  expect(await retention.troubles(TODAY)).toEqual([])
})

test('tomorrow has its partition before it comes', async () => {
  await createRetention({ db: database.db, keep: 30 }).partition(TODAY)
  await expect(logged(1, -1)).resolves.not.toThrow()
})
