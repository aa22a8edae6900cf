import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, everywhere, person, type TestApp } from '../../server/src/testing.ts'

const bin = join(dirname(import.meta.dirname), 'bin', 'bellwether.mjs')
const home = mkdtempSync(join(tmpdir(), 'bw-cli-'))
let app: TestApp
let url: string
let admin: Record<string, string>
let viewer: Record<string, string>
beforeAll(async () => {
  app = await createTestApp()
  url = await app.gateway.listen({ port: 0, host: '127.0.0.1' })
  const tokenOf = async (who: Parameters<TestApp['authorizationOf']>[0]) => ({
    BELLWETHER_TOKEN: (await app.authorizationOf(who)).replace('Bearer ', ''),
  })
  admin = await tokenOf({ ...everywhere('super_admin'), confirmedAt: new Date() })
  viewer = await tokenOf(person({ role: 'viewer', domain: 'payments' }))
})
afterAll(async () => {
  await app.close()
  rmSync(home, { recursive: true, force: true })
})

/** Runs the command line as a person would, without a terminal. */
async function bellwether(args: string, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [bin, ...args.split(' ')], {
    env: {
      PATH: process.env.PATH,
      XDG_CONFIG_HOME: home,
      BELLWETHER_DATA: join(home, 'data'),
      BELLWETHER_URL: url,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const [out, said, code] = await Promise.all([text(child.stdout), text(child.stderr), exit])
  return { code, out, said, json: () => JSON.parse(out) as never }
}

test('the calendar is kept from the command line', async () => {
  const added = await bellwether(
    'calendar add Easter --kind holiday --from 2027-03-28T00:00:00+01:00 --to 2027-03-29T00:00:00+02:00 --zone Europe/Berlin --json',
    admin,
  )
  expect(added).toMatchObject({ code: 0, said: '' })
  const [{ id }] = added.json() as [{ id: string }]
  const listed = await bellwether('calendar list', admin)
  expect(listed.out).toMatch(/^Id .*Title .*\n.*2027-03-2\d .*holiday +Easter +everywhere\n$/)
  expect(await bellwether(`calendar remove ${id}`, admin)).toMatchObject({ code: 0, said: 'Removed.\n' })
  expect(await bellwether('calendar list', admin)).toMatchObject({
    code: 0,
    out: '',
    said: expect.stringContaining('The calendar is empty'),
  })
})

test('with --json every answer is JSON: what was done, and what was refused', async () => {
  const day = 'calendar add Day --from 2027-01-01T00:00:00Z --to 2027-01-02T00:00:00Z --json'
  const [{ id }] = (await bellwether(day, admin)).json() as [{ id: string }]
  expect((await bellwether(`calendar remove ${id} --json`, admin)).json()).toEqual({ done: true, id })
  const again = await bellwether(`calendar remove ${id} --json`, admin)
  expect({ code: again.code, said: JSON.parse(again.said) }).toEqual({
    code: 5,
    said: { error: expect.stringContaining('does not exist'), exit: 5 },
  })
})

test('people are listed and keys refused without a fresh proof', async () => {
  const people = (await bellwether('user list --json', admin)).json() as { grants: unknown[] }[]
  expect(people.map(({ grants }) => grants)).toContainEqual([{ role: 'viewer', domain: 'payments' }])
  expect(await bellwether('user list', viewer)).toMatchObject({
    code: 4,
    out: '',
    said: expect.stringContaining('user:read'),
  })
})

test('a key is made, works, is listed and revoked', async () => {
  const made = (await bellwether('key make reader calendar:read --days 1 --json', admin)).json() as { key: string }
  const withKey = { BELLWETHER_TOKEN: made.key }
  expect(await bellwether('calendar list --json', withKey)).toMatchObject({ code: 0, out: '[]\n' })
  expect(
    await bellwether('calendar add X --from 2027-01-01T00:00:00Z --to 2027-01-02T00:00:00Z', withKey),
  ).toMatchObject({ code: 4 })
  const [key] = (await bellwether('key list --json', admin)).json() as [{ prefix: string }]
  expect(made.key.startsWith(key.prefix)).toBe(true)
  expect(await bellwether(`key revoke ${key.prefix}`, admin)).toMatchObject({ code: 0 })
  expect(await bellwether('calendar list', withKey)).toMatchObject({ code: 4 })
})

test('the audit log is verified on the server, exported, verified offline, and a changed line is found', async () => {
  expect(await bellwether('audit verify', admin)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/✓ \d+ acts and \d+ checkpoints? are as they were written/),
  })
  const file = join(home, 'audit.ndjson.gz')
  const exported = await bellwether(`audit export ${file}`, admin)
  expect(exported).toMatchObject({ code: 0 })
  expect(statSync(file).mode & 0o077).toBe(0)
  const nowhere = { BELLWETHER_URL: 'http://127.0.0.1:1' }
  expect(await bellwether(`audit verify ${file}`, nowhere)).toMatchObject({ code: 0 })
  const { keys } = (await bellwether(`audit verify ${file} --json`, nowhere)).json() as {
    keys: [{ fingerprint: string }]
  }
  expect(await bellwether(`audit verify ${file} --fingerprint ${keys[0].fingerprint}`, nowhere)).toMatchObject({
    code: 0,
    out: expect.stringContaining(`signed with ${keys[0].fingerprint}`),
  })
  expect(await bellwether(`audit verify ${file} --fingerprint ${'0'.repeat(64)}`, nowhere)).toMatchObject({ code: 6 })
  const lines = gunzipSync(readFileSync(file)).toString()
  writeFileSync(file, gzipSync(lines.replace('Ada', 'Eve')))
  expect(await bellwether(`audit verify ${file}`, nowhere)).toMatchObject({
    code: 6,
    out: expect.stringContaining('tampered'),
  })
})

test('the documents need no server', async () => {
  const openapi = (await bellwether('openapi', { BELLWETHER_URL: 'http://127.0.0.1:1' })).json() as {
    openapi: string
    paths: Record<string, unknown>
  }
  expect(openapi).toMatchObject({ openapi: '3.1.0', paths: { '/api/v1/calendar/entries': expect.anything() } })
  expect((await bellwether('openapi --events')).json()).toMatchObject({ asyncapi: expect.stringMatching(/^3\./) })
})

test('the doctor looks at everything and says what to do', async () => {
  const port = new URL(url).port
  const well = await bellwether('doctor --json', { BELLWETHER_PORT: port })
  expect(well).toMatchObject({ code: 0 })
  expect(well.json()).toContainEqual(expect.objectContaining({ check: 'server', state: 'ok' }))
  expect(await bellwether('doctor', { BELLWETHER_PROT: '1' })).toMatchObject({
    code: 6,
    out: expect.stringContaining('did you mean BELLWETHER_PORT?'),
  })
  expect(await bellwether('doctor', { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' })).toMatchObject({
    code: 6,
    out: expect.stringContaining('check host, port'),
  })
})

for (const [args, code, said] of [
  ['nonsense', 2, 'unknown command'],
  ['calendar add', 2, "required option '--from <time>'"],
  ['calendar add X --from yesterday --to 2027-01-02T00:00:00Z', 2, 'must be a time with offset'],
  ['key make reader everything', 2, 'are not permissions'],
  ['user invite a@b.example king', 2, 'is not a list of roles'],
  ['calendar list', 4, 'Sign in with "bellwether sign-in"'],
  ['calendar remove 0190a1b2-0000-7000-8000-00000000dead', 4, 'Sign in'],
  ['calendar list --url http://127.0.0.1:1', 3, 'nobody answers at http://127.0.0.1:1'],
  ['sign-in --email ada@example.com', 2, 'there is no terminal to ask on'],
] as const) {
  test(`"${args}" ends with ${code} and says why`, async () => {
    expect(await bellwether(args)).toMatchObject({ code, out: '', said: expect.stringContaining(said) })
  })
}
