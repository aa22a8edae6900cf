import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { sql } from 'kysely'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTestDatabase } from '../../testing.ts'
import { StartError } from '../errors/index.ts'
import { uuidv7 } from '../ids/index.ts'
import { createSecrets } from './index.ts'
import { rotation } from './rotation.ts'

type Database = Awaited<ReturnType<typeof createTestDatabase>>
interface World {
  kek?: string
  kekPrevious?: string[]
  now?: () => Date
}

let database: Database
let data: string
let logged: string[]
beforeEach(async () => {
  database = await createTestDatabase()
  data = mkdtempSync(join(tmpdir(), 'bw-keys-'))
  logged = []
})
afterEach(async () => {
  await database.close()
  rmSync(data, { recursive: true })
})

const newKek = () => randomBytes(32).toString('base64')
const keyFile = () => join(data, 'keys', 'kek.json')
const keysInFile = (): string[] =>
  JSON.parse(readFileSync(keyFile(), 'utf8')).keys.map(({ key }: { key: string }) => key)
const place = { table: 'platform.thing', row: '7', field: 'token' }
const log = () => pino({ level: 'trace' }, { write: (line: string) => logged.push(line) })
const parts = ({ kek, kekPrevious = [], now = () => new Date() }: World = {}) => ({
  db: database.db,
  config: { kek, kekPrevious, data },
  now,
})
/** A process of the program, as it is after a start or a restart. */
const secretsOf = (world: World = {}) => createSecrets({ ...parts(world), log: log(), newId: uuidv7 })
const wrappings = async () =>
  (
    await sql<{
      kek: string
      wrapped: string
    }>`select kek, wrapped from platform.secret_dek order by purpose, period`.execute(database.db)
  ).rows

for (const [name, world] of [
  ['a key file', () => ({})],
  ['a key from the environment', () => ({ kek: newKek() })],
] as const)
  test(`with ${name} a secret opens where it was sealed, also after a restart, and nowhere else`, async () => {
    const given = world()
    const sealed = await secretsOf(given).seal(place, 'pssst ✓')
    expect(sealed).toMatch(/^bw1:[\da-f-]{36}:[\w-]+$/)
    const secrets = secretsOf(given)
    expect(await secrets.open(place, sealed)).toBe('pssst ✓')
    for (const elsewhere of [
      { table: 'platform.thin' },
      { row: '8' },
      { field: 'tokens' },
      { table: 'platform.thing7', row: '' },
    ])
      await expect(secrets.open({ ...place, ...elsewhere }, sealed)).rejects.toThrow(
        /does not open: it was altered, or belongs elsewhere/,
      )
    for (const broken of [
      '',
      'bw1',
      sealed.slice(0, -4),
      `${sealed.slice(0, -1)}${sealed.endsWith('A') ? 'Q' : 'A'}`,
      sealed.replace('bw1', 'bw2'),
    ])
      await expect(secrets.open(place, broken)).rejects.toThrow(/does not open/)
    expect(await secrets.seal(place, 'pssst ✓')).not.toBe(sealed)
  })

test('each table and month has a data key of its own', async () => {
  let now = new Date('2026-11-20T00:00:00Z')
  const secrets = secretsOf({ kek: newKek(), now: () => now })
  const keyOf = async (table: string) => (await secrets.seal({ ...place, table }, 'x')).split(':')[1]
  const november = await keyOf('a')
  expect(await keyOf('a')).toBe(november)
  expect(await keyOf('b')).not.toBe(november)
  now = new Date('2026-12-01T00:00:00Z')
  expect(await keyOf('a')).not.toBe(november)
})

test('the key file is made once, for its owner only', async () => {
  await secretsOf().start()
  expect(statSync(keyFile()).mode & 0o777).toBe(0o600)
  expect(statSync(join(data, 'keys')).mode & 0o777).toBe(0o700)
  const before = readFileSync(keyFile(), 'utf8')
  await (await secretsOf().start())()
  expect(readFileSync(keyFile(), 'utf8')).toBe(before)
})

test('a start is refused when the key file is open to others, damaged, missing or another', async () => {
  await secretsOf().seal(place, 'x')
  const refusal = async (world: World = {}) => {
    const error = await secretsOf(world)
      .start()
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(StartError)
    return (error as Error).message
  }
  const good = readFileSync(keyFile(), 'utf8')
  chmodSync(keyFile(), 0o640)
  expect(await refusal()).toMatch(/may be read by others \(mode 0640\); run: chmod 600/)
  chmodSync(keyFile(), 0o600)
  writeFileSync(keyFile(), good.slice(0, 40))
  expect(await refusal()).toMatch(/is damaged; restore it from your backup/)
  rmSync(keyFile())
  expect(await refusal()).toMatch(
    /is missing, but the database holds secrets sealed with its key [\da-f]{16}; restore the file/,
  )
  expect(existsSync(keyFile())).toBe(false)
  expect(await refusal({ kek: newKek() })).toMatch(/BELLWETHER_KEK is not the one that sealed this database/)
  writeFileSync(
    keyFile(),
    JSON.stringify({ version: 1, keys: [{ key: newKek(), createdAt: new Date().toISOString() }] }),
    { mode: 0o600 },
  )
  expect(await refusal()).toMatch(/kek\.json is not the one that sealed this database/)
  writeFileSync(keyFile(), good)
  await sql`update platform.secret_dek set wrapped = 'AAAA' || wrapped`.execute(database.db)
  expect(await refusal()).toMatch(/does not open: its row was altered; restore the database/)
})

test('rotation wraps the data keys anew and leaves ciphertexts alone; the old key is gone from the file', async () => {
  const secrets = secretsOf()
  const sealed = await Promise.all(['a', 'b', 'c'].map((table) => secrets.seal({ ...place, table }, table)))
  const [before, old] = [await wrappings(), keysInFile()]
  expect(await secrets.rotate()).toMatchObject({ rewrapped: 3 })
  const after = await wrappings()
  expect(after.map(({ kek }) => kek)).not.toContain(before[0]?.kek)
  expect(keysInFile()).toHaveLength(1)
  expect(keysInFile()).not.toEqual(old)
  for (const process of [secrets, secretsOf()])
    for (const [index, table] of ['a', 'b', 'c'].entries())
      expect(await process.open({ ...place, table }, sealed[index] ?? '')).toBe(table)
})

test('rotation killed after any step leaves everything openable, and the next start ends it', async () => {
  const tables = ['a', 'b', 'c']
  for (let survived = 0; survived <= 6; survived++) {
    const secrets = secretsOf()
    const sealed = await Promise.all(tables.map((table) => secrets.seal({ ...place, table }, table)))
    const steps = rotation(parts())
    for (let step = 0; step < survived; step++) if ((await steps.next()).done) break
    const restarted = secretsOf()
    for (const process of [secrets, restarted])
      for (const [index, table] of tables.entries())
        expect(await process.open({ ...place, table }, sealed[index] ?? ''), `after ${survived} steps`).toBe(table)
    await (await restarted.start())()
    const keks = new Set((await wrappings()).map(({ kek }) => kek))
    expect(keks.size, `after ${survived} steps`).toBe(1)
    expect(keysInFile()).toHaveLength(1)
  }
})

test('a process that holds the former key goes on after another has rotated', async () => {
  const [one, two] = [secretsOf(), secretsOf()]
  const sealed = await one.seal(place, 'x')
  await two.state()
  await one.rotate()
  expect(await two.open(place, sealed)).toBe('x')
  const fresh = await two.seal({ ...place, table: 'new' }, 'y')
  await one.rotate()
  expect(await secretsOf().open({ ...place, table: 'new' }, fresh)).toBe('y')
})

test('processes with one key from the environment share their data keys, also when they start at once', async () => {
  const kek = newKek()
  const processes = Array.from({ length: 4 }, () => secretsOf({ kek }))
  const sealed = await Promise.all(processes.map((process) => process.seal(place, 'x')))
  expect(await wrappings()).toHaveLength(1)
  for (const process of processes) for (const text of sealed) expect(await process.open(place, text)).toBe('x')
  expect(existsSync(keyFile())).toBe(false)
})

test('a key from the environment is changed by giving the former one beside it; a key file may turn into one', async () => {
  const [first, second] = [newKek(), newKek()]
  const sealed = await secretsOf().seal(place, 'x')
  await (await secretsOf({ kek: first }).start())()
  rmSync(keyFile())
  await (await secretsOf({ kek: second, kekPrevious: [first] }).start())()
  expect(await secretsOf({ kek: second }).open(place, sealed)).toBe('x')
  await (await secretsOf({ kekPrevious: [second] }).start())()
  expect(await secretsOf().open(place, sealed)).toBe('x')
})

test('after ninety days a start takes a new key into use; a key from the environment is only reminded of', async () => {
  let now = new Date('2026-01-01T00:00:00Z')
  const secrets = secretsOf({ now: () => now })
  await (await secrets.start())()
  const [first] = keysInFile()
  expect(await secrets.state()).toMatchObject({ source: 'file', since: now, due: new Date('2026-04-01T00:00:00Z') })
  now = new Date('2026-03-31T23:00:00Z')
  await (await secrets.start())()
  expect(keysInFile()).toEqual([first])
  now = new Date('2026-04-01T00:00:00Z')
  await (await secrets.start())()
  expect(keysInFile()).not.toContain(first)
  const kek = newKek()
  await (await secretsOf({ kek, now: () => now }).start())()
  now = new Date('2026-09-01T00:00:00Z')
  await (await secretsOf({ kek, now: () => now }).start())()
  expect(logged.join()).toContain('BELLWETHER_KEK is due for a change')
})

test('no key shows in a log line, an error or a printed object', async () => {
  const kek = newKek()
  const secrets = secretsOf({ kek })
  const sealed = await secrets.seal(place, 'the plain text')
  const error = await secrets.open({ ...place, row: '9' }, sealed).catch((thrown: unknown) => thrown)
  await secrets.rotate()
  const shown = [inspect(secrets, { depth: 9 }), inspect(error, { depth: 9, showHidden: true }), ...logged].join('\n')
  for (const secret of [kek, kek.slice(4, 24), Buffer.from(kek, 'base64').toString('hex'), 'the plain text'])
    expect(shown).not.toContain(secret)
})
