import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase } from '../../testing.ts'
import { type MigrationSource, migrate } from './index.ts'

let database: Awaited<ReturnType<typeof createTestDatabase>>
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

/** A source whose files a test writes; the real migrations of the template stay known by their source below. */
let source: MigrationSource
const write = (name: string, sql: string) => writeFileSync(join(source.folder, name), sql)
beforeEach(async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'migrations-')), 'migrations')
  mkdirSync(folder)
  source = { of: 'probe', folder }
  await database.pool.query('drop schema if exists probe cascade; create schema probe; delete from platform.migration')
})

const applied = async () =>
  (await database.pool.query<{ id: string }>('select id from platform.migration order by id')).rows.map(({ id }) => id)

test('files are applied once, in the order of their names', async () => {
  write('0002-more.sql', 'alter table probe.a add column more text')
  write('0001-first.sql', 'create table probe.a (id int)')
  const seen: string[] = []
  await migrate(database.pool, [source], (id) => seen.push(id))
  await migrate(database.pool, [source], (id) => seen.push(`again ${id}`))
  expect(seen).toEqual(['probe/0001-first', 'probe/0002-more'])
})

test('processes that start at once do the work once', async () => {
  write('0001-first.sql', 'create table probe.a (id int); select pg_sleep(0.05)')
  await Promise.all(Array.from({ length: 4 }, () => migrate(database.pool, [source])))
  expect(await applied()).toEqual(['probe/0001-first'])
})

test('a file that fails is undone whole, and the ones before it stay', async () => {
  write('0001-first.sql', 'create table probe.a (id int)')
  write('0002-broken.sql', 'create table probe.b (id int); select * from probe.nowhere')
  await expect(migrate(database.pool, [source])).rejects.toThrow(/probe\/0002-broken failed and was undone: .*nowhere/)
  expect(await applied()).toEqual(['probe/0001-first'])
  expect((await database.pool.query("select to_regclass('probe.b') as b")).rows).toEqual([{ b: null }])
})

test('a file changed after it was applied is refused', async () => {
  write('0001-first.sql', 'create table probe.a (id int)')
  await migrate(database.pool, [source])
  write('0001-first.sql', 'create table probe.a (id bigint)')
  await expect(migrate(database.pool, [source])).rejects.toThrow(
    'probe/0001-first was changed after it had been applied',
  )
})

test('a database that a newer version has moved on is refused', async () => {
  write('0001-first.sql', 'create table probe.a (id int)')
  await migrate(database.pool, [source])
  await expect(migrate(database.pool, [])).rejects.toThrow('written by a newer Bellwether')
})
