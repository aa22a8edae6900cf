import { changeGrants, suspendUser } from '@bellwether/contract/platform/user'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDesk, type Desk, sqlOf } from '../test-kit.ts'

let desk: Desk
beforeAll(async () => {
  desk = await createDesk()
})
afterAll(() => desk.close())

const make = (bearer: string, body: object) => desk.ask('/api/v1/me/keys', { body, bearer })
const list = async (bearer: string) => (await desk.ask('/api/v1/me/keys', { bearer })).body.items ?? []

test('a key is shown once, works within its scopes, and is listed without its secret', async () => {
  const { accessToken, id } = await desk.join([{ role: 'analyst', domain: '*' }])
  const { status, body } = await make(accessToken, { name: 'till', scopes: ['calendar:read'] })
  expect(status).toBe(201)
  const key = String(body.key)
  expect(key).toMatch(/^bw_[a-z0-9]{12}_[\w-]{43}$/)
  expect((await desk.ask('/api/v1/calendar/entries', { bearer: key })).status).toBe(200)
  expect((await desk.ask('/api/v1/calendar/entries', { bearer: key, body: {} })).status).toBe(403)
  expect((await desk.ask('/api/v1/me', { bearer: key })).body).toMatchObject({
    id,
    kind: 'key',
    scopes: ['calendar:read'],
  })
  const [listed] = await list(accessToken)
  expect(listed).toEqual({
    id: body.id,
    name: 'till',
    prefix: key.slice(0, 15),
    scopes: ['calendar:read'],
    createdAt: desk.clock.at.toISOString(),
    lastUsedAt: desk.clock.at.toISOString(),
  })
  const rows = await sqlOf<{ row: string }>(desk.app, 'select to_jsonb(k)::text as row from platform.api_key k')
  expect(rows.some(({ row }) => row.includes(key.slice(16)))).toBe(false)
})

test('a key can never do more than its owner may at that moment', async () => {
  const owner = await desk.join([{ role: 'analyst', domain: '*' }])
  const beyond = await make(owner.accessToken, { name: 'greedy', scopes: ['calendar:read', 'user:write'] })
  expect(beyond).toMatchObject({ status: 400, body: { errors: [{ path: 'body.scopes.1' }] } })
  const { body } = await make(owner.accessToken, { name: 'writer', scopes: ['calendar:read', 'calendar:write'] })
  const entry = {
    title: 'Sale',
    kind: 'promotion',
    zone: 'UTC',
    startsAt: '2026-12-01T00:00:00Z',
    endsAt: '2026-12-02T00:00:00Z',
  }
  const write = async () =>
    (await desk.ask('/api/v1/calendar/entries', { bearer: String(body.key), body: entry })).status
  expect(await write()).toBe(201)
  const grants = [{ role: 'viewer', domain: '*' }] as const
  await desk.app.ask(changeGrants, { params: { id: owner.id }, body: { grants: [...grants] } }, desk.root())
  expect(await write()).toBe(403)
})

test('a key dies when it expires, when it is revoked and when its owner is suspended', async () => {
  const owner = await desk.join([{ role: 'analyst', domain: '*' }])
  const works = async (key: string) => (await desk.ask('/api/v1/me', { bearer: key })).status === 200
  const expiresAt = new Date(desk.clock.at.getTime() + 60_000).toISOString()
  const short = String(
    (await make(owner.accessToken, { name: 'short', scopes: ['calendar:read'], expiresAt })).body.key,
  )
  expect(await works(short)).toBe(true)
  desk.advance(60)
  expect(await works(short)).toBe(false)
  const made = (await make(owner.accessToken, { name: 'long', scopes: ['calendar:read'] })).body
  expect(await works(String(made.key))).toBe(true)
  const revoke = (bearer: string) => desk.ask(`/api/v1/me/keys/${String(made.id)}`, { method: 'DELETE', bearer })
  expect((await revoke((await desk.join()).accessToken)).status).toBe(404)
  expect((await revoke(owner.accessToken)).status).toBe(200)
  expect(await works(String(made.key))).toBe(false)
  const last = String((await make(owner.accessToken, { name: 'last', scopes: ['calendar:read'] })).body.key)
  expect(await works(last)).toBe(true)

  await desk.app.ask(suspendUser, { params: { id: owner.id }, body: {} }, desk.root())
  expect(await works(last)).toBe(false)
})

test('a key cannot touch the account it belongs to', async () => {
  const { accessToken } = await desk.join([{ role: 'analyst', domain: '*' }])
  const key = String((await make(accessToken, { name: 'k', scopes: ['calendar:read'] })).body.key)
  const tries = [
    make(key, { name: 'child', scopes: ['calendar:read'] }),
    desk.ask('/api/v1/me/keys', { bearer: key }),
    desk.ask('/api/v1/me/sessions', { bearer: key }),
    desk.ask('/api/v1/me', { method: 'PATCH', body: { name: 'x' }, bearer: key }),
    desk.ask('/api/v1/auth/confirm', { body: { password: 'x' }, bearer: key }),
    desk.ask('/api/v1/me/second-factor', { bearer: key }),
  ]
  expect((await Promise.all(tries)).map(({ status }) => status)).toEqual(Array(6).fill(403))
})

test('a key with an admin scope needs a fresh confirmation, and one that would be born expired is refused', async () => {
  const { accessToken } = await desk.join([{ role: 'super_admin', domain: '*' }])
  desk.advance(601)
  expect((await make(accessToken, { name: 'a', scopes: ['user:admin'] })).body).toMatchObject({
    code: 'step_up_required',
  })
  const expiresAt = desk.clock.at.toISOString()
  expect(await make(accessToken, { name: 'a', scopes: ['calendar:read'], expiresAt })).toMatchObject({
    status: 400,
    body: { errors: [{ path: 'body.expiresAt' }] },
  })
  for (const scopes of [[], ['calendar'], ['calendar:destroy'], ['*:*'], ['Calendar:read']])
    expect((await make(accessToken, { name: 'a', scopes })).status).toBe(400)
})

test('only the whole key fits', async () => {
  const { accessToken } = await desk.join([{ role: 'analyst', domain: '*' }])
  const key = String((await make(accessToken, { name: 'k', scopes: ['calendar:read'] })).body.key)
  const last = key.endsWith('A') ? 'B' : 'A'
  for (const wrong of [key.slice(0, -1) + last, `${key}A`, key.replace('bw_', 'bw_x'), key.toUpperCase()])
    expect((await desk.ask('/api/v1/me', { bearer: wrong })).status).toBe(401)
})
