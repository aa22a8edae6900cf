import { expect, test } from 'vitest'
import { SCHEMAS, trespasses } from './schemas.ts'
import { sources } from './source.ts'

const slice = (text: string) => ({ path: 'server/src/sentinel/metrics/store.ts', text })

test('every SQL statement stays in the schema of its context', () => {
  const all = sources(['server/src'], ['.sql', '.ts']).filter(({ path }) => !path.endsWith('.test.ts'))
  expect(all.some(({ path }) => path.endsWith('.sql'))).toBe(true)
  expect(all.flatMap(trespasses)).toEqual([])
})

test('every context with tables has its schema in the list', () => {
  const created = sources(['server/src'], ['.sql']).flatMap(({ text }) =>
    [...text.matchAll(/create schema(?: if not exists)? (\w+)/g)].map(([, name]) => name),
  )
  expect(created.filter((name) => !SCHEMAS.includes(name as string))).toEqual([])
})

for (const [where, text] of [
  ['a query builder call', "db.selectFrom('platform.user').selectAll()"],
  ['a join', "db.selectFrom('sentinel.metric').innerJoin('bizops.ledger', 'a', 'b')"],
  ['a typed table', "db.withTables<{ 'platform.user': Row }>()"],
  ['an SQL template', 'sql`select * from platform.user where id = 1`'],
  ['a typed SQL template', 'sql<{ name: string }>`select name from bizops.ledger`'],
] as const) {
  test(`a table of another schema is seen in ${where}`, () => {
    expect(trespasses(slice(text)).length).toBeGreaterThan(0)
  })
}

test('a foreign key across schemas is seen in a migration', () => {
  const migration = {
    path: 'server/src/sentinel/migrations/0002-owner.sql',
    text: 'create table sentinel.metric (owner uuid references platform.user)',
  }
  expect(trespasses(migration)).toEqual([{ path: migration.path, schema: 'platform', table: 'user' }])
})

test('the own schema, and names of events, are fine', () => {
  expect(trespasses(slice("db.selectFrom('sentinel.metric'); bus.publish(tx, 'platform.user-joined')"))).toEqual([])
})
