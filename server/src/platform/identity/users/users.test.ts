import * as wire from '@bellwether/contract/platform/user'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { person } from '../../../testing.ts'
import type { Grant } from '../../access/index.ts'
import { createDesk, type Desk, PASSWORD, sqlOf, tokensOf } from '../test-kit.ts'

let desk: Desk
beforeAll(async () => {
  desk = await createDesk()
})
afterAll(() => desk.close())

const VIEWER: Grant[] = [{ role: 'viewer', domain: '*' }]
const lead = (domain: string) => ({ ...person({ role: 'domain_admin', domain }), confirmedAt: new Date(desk.clock.at) })
const works = async (bearer: string) => (await desk.ask('/api/v1/me', { bearer })).status === 200
const tokenOf = (path: string) => path.split('#token=')[1] ?? ''
const accept = (token: string, more: object = {}) =>
  desk.ask('/api/v1/auth/link/accept', { body: { token, name: 'Grace', password: PASSWORD, ...more } })
const ids = (page: { items: { id: string }[] }) => page.items.map(({ id }) => id)

test('a person is invited, sees what for, joins, and the link is used up', async () => {
  const body = { email: 'New.Hire@People.example', grants: VIEWER }
  const { user, link } = await desk.app.ask(wire.inviteUser, { body }, desk.root())
  expect(link.path).toMatch(/^\/welcome#token=[\w-]{43}$/)
  expect(user).toEqual({
    id: user.id,
    email: 'new.hire@people.example',
    name: '',
    status: 'invited',
    grants: VIEWER,
    secondFactor: false,
    createdAt: desk.clock.at.toISOString(),
    invitedUntil: link.expiresAt,
  })
  expect(Date.parse(link.expiresAt) - desk.clock.at.getTime()).toBe(7 * 86_400_000)
  const token = tokenOf(link.path)
  const shown = await desk.ask('/api/v1/auth/link', { body: { token } })
  expect(shown.body).toMatchObject({ kind: 'invitation', email: user.email, grants: VIEWER })
  expect((await desk.signIn(user.email)).status).toBe(401)
  expect(await accept(token, { name: undefined })).toMatchObject({
    status: 400,
    body: { errors: [{ path: 'body.name' }] },
  })
  const joined = await accept(token)
  expect(await works(tokensOf(joined.body).accessToken)).toBe(true)
  expect((await accept(token)).status).toBe(404)
  expect((await desk.ask('/api/v1/auth/link', { body: { token } })).status).toBe(404)
  expect(await desk.app.ask(wire.getUser, { params: { id: user.id } }, desk.root())).toMatchObject({
    status: 'active',
    name: 'Grace',
  })
  expect(await desk.app.refused(wire.inviteUser, { body }, desk.root())).toMatchObject({ status: 409 })
})

test('of two who use one link at the same moment, one joins', async () => {
  const body = { email: 'twice@people.example', grants: VIEWER }
  const { link } = await desk.app.ask(wire.inviteUser, { body }, desk.root())
  const both = await Promise.all([accept(tokenOf(link.path)), accept(tokenOf(link.path))])
  expect(both.map(({ status }) => status).sort()).toEqual([200, 404])
})

test('a link dies after seven days, when it is renewed and when it is taken back', async () => {
  const invite = async (email: string) =>
    desk.app.ask(wire.inviteUser, { body: { email, grants: VIEWER } }, desk.root())
  const late = await invite('late@people.example')
  desk.advance(7 * 86_400 + 1)
  expect((await accept(tokenOf(late.link.path))).status).toBe(404)
  const at = { params: { id: late.user.id } }
  const renewed = await desk.app.ask(wire.renewInvitation, { ...at, body: {} }, desk.root())
  const again = await desk.app.ask(wire.renewInvitation, { ...at, body: {} }, desk.root())
  expect((await accept(tokenOf(renewed.path))).status).toBe(404)
  await desk.app.ask(wire.revokeInvitation, at, desk.root())
  expect((await accept(tokenOf(again.path))).status).toBe(404)
  expect(await desk.app.refused(wire.getUser, at, desk.root())).toMatchObject({ status: 404 })
  expect((await invite('late@people.example')).user.status).toBe('invited')
})

test('the database holds no link that could be used', async () => {
  const body = { email: 'hashed@people.example', grants: VIEWER }
  const { link } = await desk.app.ask(wire.inviteUser, { body }, desk.root())
  const rows = await sqlOf<{ row: string }>(desk.app, 'select to_jsonb(l)::text as row from platform.one_time_link l')
  const token = tokenOf(link.path)
  const hex = Buffer.from(token, 'base64url').toString('hex')
  expect(rows.some(({ row }) => row.includes(token) || row.includes(hex))).toBe(false)
})

test('a bad password is refused with the reason, and the link still works', async () => {
  const body = { email: 'picky@people.example', grants: VIEWER }
  const { link } = await desk.app.ask(wire.inviteUser, { body }, desk.root())
  for (const password of ['short', 'password1234', 'picky@people.example'])
    expect(await accept(tokenOf(link.path), { password })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'body.password', message: expect.any(String) }] },
    })
  expect((await accept(tokenOf(link.path))).status).toBe(200)
})

test('a domain admin sees and manages people of the own domains only', async () => {
  const north = await desk.join([{ role: 'viewer', domain: 'north' }])
  const south = await desk.join([{ role: 'viewer', domain: 'south' }])
  const both = await desk.join([
    { role: 'analyst', domain: 'north' },
    { role: 'analyst', domain: 'south' },
  ])
  const admin = lead('north')
  const seen = await desk.app.ask(wire.listUsers, { query: { limit: 500 } }, admin)
  expect(ids(seen)).toEqual(expect.arrayContaining([north.id, both.id]))
  expect(ids(seen)).not.toContain(south.id)
  expect(seen.items.find(({ id }) => id === both.id)?.grants).toEqual([{ role: 'analyst', domain: 'north' }])
  expect(await desk.app.refused(wire.getUser, { params: { id: south.id } }, admin)).toMatchObject({ status: 404 })
  for (const act of [wire.suspendUser, wire.resetPassword, wire.resetSecondFactor, wire.revokeUserSessions]) {
    expect(await desk.app.refused(act, { params: { id: south.id }, body: {} }, admin)).toMatchObject({ status: 404 })
    expect(await desk.app.refused(act, { params: { id: both.id }, body: {} }, admin)).toMatchObject({ status: 403 })
  }
  expect(await desk.app.refused(wire.removeUser, { params: { id: both.id } }, admin)).toMatchObject({ status: 403 })
  expect(await desk.app.ask(wire.suspendUser, { params: { id: north.id }, body: {} }, admin)).toMatchObject({
    status: 'suspended',
  })
})

test('nobody grants above their own role or beyond their own domains', async () => {
  const admin = lead('north')
  const member = await desk.join([
    { role: 'viewer', domain: 'north' },
    { role: 'viewer', domain: 'south' },
  ])
  const change = (grants: Grant[]) => ({ params: { id: member.id }, body: { grants } })
  for (const grants of [
    [{ role: 'super_admin', domain: '*' }],
    [{ role: 'viewer', domain: '*' }],
    [{ role: 'viewer', domain: 'east' }],
    [{ role: 'analyst', domain: 'south' }],
  ] as Grant[][]) {
    expect(await desk.app.refused(wire.changeGrants, change(grants), admin)).toMatchObject({ status: 403 })
    const body = { email: 'beyond@people.example', grants }
    expect(await desk.app.refused(wire.inviteUser, { body }, admin)).toMatchObject({ status: 403 })
  }
  const promoted = await desk.app.ask(wire.changeGrants, change([{ role: 'domain_admin', domain: 'north' }]), admin)
  expect(promoted.grants).toEqual([{ role: 'domain_admin', domain: 'north' }])
  expect((await desk.app.ask(wire.getUser, { params: { id: member.id } }, desk.root())).grants).toEqual([
    { role: 'domain_admin', domain: 'north' },
    { role: 'viewer', domain: 'south' },
  ])
})

test('changed grants act at once, on tokens that are out already', async () => {
  const { id, accessToken } = await desk.join([{ role: 'domain_admin', domain: 'north' }])
  const list = async () => (await desk.ask('/api/v1/users', { bearer: accessToken })).status
  expect(await list()).toBe(200)
  await desk.app.ask(wire.changeGrants, { params: { id }, body: { grants: VIEWER } }, desk.root())
  expect(await list()).toBe(403)
})

test('suspending ends sessions at once and keeps out; reactivating lets in again', async () => {
  const { id, email, accessToken, refreshToken } = await desk.join()
  expect(await works(accessToken)).toBe(true)
  await desk.app.ask(wire.suspendUser, { params: { id }, body: {} }, desk.root())
  expect(await works(accessToken)).toBe(false)
  expect((await desk.refresh(refreshToken)).status).toBe(401)
  expect(await desk.signIn(email)).toMatchObject({ status: 403, body: { detail: expect.stringMatching(/suspended/) } })
  expect((await desk.signIn(email, { password: 'wrong' })).status).toBe(401)
  await desk.app.ask(wire.reactivateUser, { params: { id }, body: {} }, desk.root())
  expect((await desk.signIn(email)).status).toBe(200)
  expect(await desk.app.refused(wire.reactivateUser, { params: { id }, body: {} }, desk.root())).toMatchObject({
    status: 409,
  })
})

test('a removed person keeps the id and nothing personal, and the address is free again', async () => {
  const { id, email, accessToken } = await desk.join()
  await desk.ask('/api/v1/me', { bearer: accessToken, method: 'PATCH', body: { preferences: { zone: 'Europe/Oslo' } } })
  await desk.app.ask(wire.removeUser, { params: { id } }, desk.root())
  expect(await works(accessToken)).toBe(false)
  const [row] = await sqlOf(desk.app, 'select * from platform.account where id = $1', [id])
  expect(row).toEqual({
    id,
    email: `removed:${id}`,
    name: 'Removed person',
    status: 'removed',
    password_hash: null,
    preferences: {},
    totp_sealed: null,
    totp_step: null,
    totp_since: null,
    joined_at: null,
    last_seen_at: null,
    created_at: expect.any(Date),
  })
  for (const table of ['session', 'account_grant', 'known_device', 'api_key', 'passkey', 'one_time_link'])
    expect(await sqlOf(desk.app, `select 1 from platform.${table} where account_id = $1`, [id])).toEqual([])
  expect(await desk.app.refused(wire.getUser, { params: { id } }, desk.root())).toMatchObject({ status: 404 })
  expect((await desk.join(VIEWER, email)).id).not.toBe(id)
})

test('the last super admin cannot be removed, suspended or demoted, nor two at the same moment', async () => {
  const own = await createDesk()
  const everything: Grant[] = [{ role: 'super_admin', domain: '*' }]
  const one = await own.join(everything)
  const two = await own.join(everything)
  await sqlOf(own.app, `update platform.account set status = 'suspended' where id not in ($1, $2)`, [one.id, two.id])
  const demote = (by: typeof one, id: string) =>
    own.ask(`/api/v1/users/${id}/grants`, { method: 'PUT', body: { grants: VIEWER }, bearer: by.accessToken })
  const both = await Promise.all([demote(one, two.id), demote(two, one.id)])
  expect(both.map(({ status }) => status).sort()).toEqual([200, expect.any(Number)])
  const last = both[0]?.status === 200 ? one : two
  const acts = [
    demote(last, last.id),
    own.ask(`/api/v1/users/${last.id}/suspend`, { body: {}, bearer: last.accessToken }),
    own.ask(`/api/v1/users/${last.id}`, { method: 'DELETE', bearer: last.accessToken }),
  ]
  expect((await Promise.all(acts)).map(({ status }) => status)).toEqual([409, 409, 409])
  await own.close()
})

test('a new password by a link of an administrator ends all sessions, and the old password is gone', async () => {
  const { id, email, accessToken } = await desk.join()
  const link = await desk.app.ask(wire.resetPassword, { params: { id }, body: {} }, desk.root())
  expect(Date.parse(link.expiresAt) - desk.clock.at.getTime()).toBe(86_400_000)
  const password = 'another-Long-phrase-77'
  expect((await accept(tokenOf(link.path), { password, name: undefined })).status).toBe(200)
  expect(await works(accessToken)).toBe(false)
  expect((await desk.signIn(email)).status).toBe(401)
  expect((await desk.signIn(email, { password })).status).toBe(200)
})

test('people are searched, filtered and paged without repeating or skipping anybody', async () => {
  const own = await createDesk()
  for (let n = 0; n < 7; n++)
    await own.join([{ role: n % 2 ? 'analyst' : 'viewer', domain: 'north' }], `p${n}@pages.example`)
  const found: string[] = []
  let cursor: string | undefined
  do {
    const query = { limit: 3, search: 'pages.example', ...(cursor ? { cursor } : {}) }
    const page = await own.app.ask(wire.listUsers, { query }, own.root())
    found.push(...page.items.map(({ email }) => email))
    cursor = page.nextCursor
  } while (cursor)
  expect(found).toEqual(Array.from({ length: 7 }, (_, n) => `p${n}@pages.example`))
  const count = async (query: object) => (await own.app.ask(wire.listUsers, { query }, own.root())).items.length
  expect(await count({ role: 'analyst' })).toBe(3)
  expect(await count({ search: '100%_\\' })).toBe(0)
  expect(await count({ search: 'P3@', status: 'active' })).toBe(1)
  expect(await count({ search: 'p3@', status: 'invited' })).toBe(0)
  expect(await own.app.refused(wire.listUsers, { query: { cursor: 'x' } }, own.root())).toMatchObject({ status: 400 })
  await own.close()
})

test('changes to people need a fresh confirmation', async () => {
  const { id } = await desk.join()
  const stale = { ...desk.root(), confirmedAt: new Date(desk.clock.at.getTime() - 601_000) }
  const body = { email: 'x@people.example', grants: VIEWER }
  expect(await desk.app.refused(wire.inviteUser, { body }, stale)).toMatchObject({ code: 'step_up_required' })
  for (const act of [wire.suspendUser, wire.resetPassword, wire.resetSecondFactor, wire.revokeUserSessions])
    expect(await desk.app.refused(act, { params: { id }, body: {} }, stale)).toMatchObject({ code: 'step_up_required' })
  expect(await desk.app.refused(wire.removeUser, { params: { id } }, stale)).toMatchObject({ code: 'step_up_required' })
})

test('what people are told apart by is announced without personal data', async () => {
  const { id, email } = await desk.join()
  await desk.app.ask(
    wire.changeGrants,
    { params: { id }, body: { grants: [{ role: 'analyst', domain: 'north' }] } },
    desk.root(),
  )
  const own = await vi.waitFor(async () => {
    const facts = await sqlOf<{ type: string; row: string }>(
      desk.app,
      'select e.type, to_jsonb(e)::text as row from platform.event e',
    )
    const about = facts.filter(({ row }) => row.includes(id))
    const types = ['platform.user-invited', 'platform.user-joined', 'platform.grants-changed']
    expect(about.map(({ type }) => type)).toEqual(expect.arrayContaining(types))
    return about
  }, 5000)
  for (const { row } of own) expect(row.includes(email) || row.includes('Grace')).toBe(false)
})
