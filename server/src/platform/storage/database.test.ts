import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase } from '../../testing.ts'
import { checkServer } from './database.ts'
import { copyInto, keepPartitions, openDatabase, tryLock, withLock } from './index.ts'

let database: Awaited<ReturnType<typeof createTestDatabase>>
beforeAll(async () => {
  database = await createTestDatabase()
  await database.pool.query('create schema probe')
})
afterAll(() => database.close())

test('COPY stores every kind of value as it is', async () => {
  await database.pool.query(
    'create table probe.kinds (n int, t text, f double precision, b bytea, j jsonb, at timestamptz, yes boolean)',
  )
  const at = new Date('2026-03-29T01:30:00Z')
  const rows = [
    [1, 'tab\there, line\nthere, back\\slash, \r', 1.5, new Uint8Array([0, 92, 255]), { a: ['\\N', '\t'] }, at, true],
    [2, null, Number.NaN, undefined, null, null, false],
    [3, '\\N', -0.1, new Uint8Array([]), [], at, null],
  ]
  expect(
    await copyInto(database.pool, { table: 'probe.kinds', columns: ['n', 't', 'f', 'b', 'j', 'at', 'yes'] }, rows),
  ).toBe(3)
  expect((await database.pool.query('select * from probe.kinds order by n')).rows).toEqual([
    {
      n: 1,
      t: 'tab\there, line\nthere, back\\slash, \r',
      f: 1.5,
      b: Buffer.from([0, 92, 255]),
      j: { a: ['\\N', '\t'] },
      at,
      yes: true,
    },
    { n: 2, t: null, f: Number.NaN, b: null, j: null, at: null, yes: false },
    { n: 3, t: '\\N', f: -0.1, b: Buffer.from([]), j: [], at, yes: null },
  ])
})

test('COPY is all or nothing, and gives its connection back', async () => {
  await database.pool.query('create table probe.numbers (n int)')
  const rows = function* () {
    yield [1]
    throw new Error('source broke')
  }
  const target = { table: 'probe.numbers', columns: ['n'] }
  for (let round = 0; round < 20; round++)
    await expect(copyInto(database.pool, target, rows())).rejects.toThrow('source broke')
  await expect(copyInto(database.pool, target, [[1], ['no number']])).rejects.toThrow('invalid input syntax')
  expect((await database.pool.query('select count(*) from probe.numbers')).rows).toEqual([{ count: 0 }])
})

test('partitions are made ahead and dropped past retention', async () => {
  await database.pool.query('create table probe.log (at timestamptz not null, n int) partition by range (at)')
  const table = { table: 'probe.log', ahead: 2, keep: 3 }
  const partitions = async () =>
    (
      await database.pool.query<{ name: string }>(
        "select relname as name from pg_class join pg_inherits on oid = inhrelid where inhparent = 'probe.log'::regclass order by 1",
      )
    ).rows.map(({ name }) => name)
  await keepPartitions(database.db, table, new Date('2026-02-27T23:59:59Z'))
  expect(await partitions()).toEqual(['log_20260226', 'log_20260227', 'log_20260228', 'log_20260301'])
  await database.pool.query("insert into probe.log values ('2026-03-01T23:59:59.999Z', 1)")
  await keepPartitions(database.db, table, new Date('2026-03-02T00:00:00Z'))
  expect(await partitions()).toEqual([
    'log_20260227',
    'log_20260228',
    'log_20260301',
    'log_20260302',
    'log_20260303',
    'log_20260304',
  ])
  expect((await database.pool.query('select n from probe.log')).rows).toEqual([{ n: 1 }])
})

test('a named lock is held by one at a time', async () => {
  const order: string[] = []
  await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      withLock(database.db, 'probe', async (tx) => {
        order.push(`${name} in`)
        await sql`select pg_sleep(0.01)`.execute(tx)
        order.push(`${name} out`)
      }),
    ),
  )
  for (let index = 0; index < 6; index += 2) expect(order[index]?.[0]).toBe(order[index + 1]?.[0])
  await withLock(database.db, 'probe', async () =>
    expect(await tryLock(database.db, 'probe', async () => 'held')).toBeUndefined(),
  )
  expect(await tryLock(database.db, 'probe', async () => 'held')).toBe('held')
})

test('a statement that takes too long is given up, and the pool works on', async () => {
  const hasty = openDatabase({ connection: database.connection, pool: 2, statementTimeout: 50 })
  await expect(hasty.pool.query('select pg_sleep(5)')).rejects.toThrow('statement timeout')
  expect((await hasty.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await hasty.close()
})

test('a server that cuts the connections off is reached again', async () => {
  const { rows } = await database.pool.query<{ pid: number }>('select pg_backend_pid() as pid')
  const other = openDatabase({ connection: database.connection, pool: 1, statementTimeout: 1000 })
  await database.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]).catch(() => undefined)
  expect((await other.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await other.close()
})

for (const [what, connection] of [
  ['host', { host: 'nowhere.invalid', user: 'x', database: 'x' }],
  ['port', { host: '127.0.0.1', port: 1, user: 'x', database: 'x' }],
] as const) {
  test(`a DATABASE_URL with the wrong ${what} is told in one line`, async () => {
    const wrong = openDatabase({ connection, pool: 1, statementTimeout: 1000 })
    await expect(checkServer(wrong.pool)).rejects.toThrow(
      /^DATABASE_URL does not lead to a database: .+; check host, port, user, password and database name$/,
    )
    await wrong.close()
  })
}
