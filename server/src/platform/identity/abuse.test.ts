// OWASP API Security Top 10 (2023), as far as it is about who somebody is and what they may: API1, API2, API3, API5.
import type { Endpoint } from '@bellwether/contract/endpoint'
import { inviteUser, listUsers } from '@bellwether/contract/platform/user'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { person } from '../../testing.ts'
import { allows, type Principal } from '../access/index.ts'
import { createDesk, type Desk, PASSWORD, sqlOf, tokensOf } from './test-kit.ts'

let desk: Desk
beforeAll(async () => {
  desk = await createDesk()
})
afterAll(() => desk.close())

const NOBODY = '0190a1b2-0000-7000-8000-00000000dead'

/** Every address with made-up parameters. */
const urlOf = ({ path }: Endpoint) => path.replace(/:\w+/g, NOBODY)

test('API1 object level: nobody reaches what belongs to somebody else, by any id', async () => {
  const victim = await desk.join([{ role: 'analyst', domain: 'south' }])
  const key = await desk.ask('/api/v1/me/keys', {
    body: { name: 'k', scopes: ['calendar:read'] },
    bearer: victim.accessToken,
  })
  const [session] = (await desk.ask('/api/v1/me/sessions', { bearer: victim.accessToken })).body.items ?? []
  const attacker = await desk.join([{ role: 'domain_admin', domain: 'north' }])
  const own = [
    ['DELETE', `/api/v1/me/keys/${String(key.body.id)}`],
    ['DELETE', `/api/v1/me/sessions/${session?.id}`],
    ['DELETE', `/api/v1/me/passkeys/${victim.id}`],
    ['GET', `/api/v1/users/${victim.id}`],
    ['DELETE', `/api/v1/users/${victim.id}`],
    ['DELETE', `/api/v1/users/${victim.id}/invitation`],
    ...['suspend', 'reactivate', 'reset-password', 'reset-second-factor', 'revoke-sessions', 'invitation'].map(
      (act) => ['POST', `/api/v1/users/${victim.id}/${act}`],
    ),
  ] as ['GET' | 'POST' | 'DELETE', string][]
  for (const [method, url] of own) {
    const { status } = await desk.ask(url, {
      method,
      bearer: attacker.accessToken,
      ...(method === 'POST' ? { body: {} } : {}),
    })
    expect([method, url, status]).toEqual([method, url, 404])
  }
  const grants = { grants: [{ role: 'viewer', domain: 'north' }] }
  const change = { method: 'PUT', body: grants, bearer: attacker.accessToken } as const
  expect((await desk.ask(`/api/v1/users/${victim.id}/grants`, change)).status).toBe(404)
  expect((await desk.ask('/api/v1/me', { bearer: victim.accessToken })).status).toBe(200)
  expect((await desk.ask('/api/v1/me', { bearer: String(key.body.key) })).status).toBe(200)
})

test('API1 object level: a list holds nothing of other domains, whatever is searched for', async () => {
  const hidden = await desk.join([{ role: 'viewer', domain: 'secret-lab' }], 'hidden.person@people.example')
  const lead = person({ role: 'domain_admin', domain: 'north' })
  for (const search of ['hidden', 'person@', '%', '_', "' or 1=1 --", hidden.id]) {
    const { items } = await desk.app.ask(listUsers, { query: { search, limit: 500 } }, lead)
    expect(items.filter(({ id }) => id === hidden.id)).toEqual([])
  }
})

test('API2 authentication: a credential counts only where it belongs', async () => {
  const { accessToken, refreshToken, token } = await desk.join()
  const tries = [
    desk.ask(`/api/v1/me?access_token=${accessToken}`),
    desk.ask(`/api/v1/me?token=${accessToken}`),
    desk.ask('/api/v1/me', { headers: { 'x-access-token': accessToken } }),
    desk.ask('/api/v1/me', { headers: { cookie: `bw_refresh=${accessToken}` } }),
    desk.ask('/api/v1/me', { headers: { 'x-forwarded-user': 'root', 'x-bellwether': '1' } }),
    desk.ask('/api/v1/me', { bearer: refreshToken }),
    desk.ask('/api/v1/me', { bearer: token }),
  ]
  for (const { status } of await Promise.all(tries)) expect([400, 401]).toContain(status)
  expect((await desk.refresh(accessToken.slice(0, 200))).status).toBe(401)
})

test('API2 authentication: a sign-in never continues a session that somebody else planted', async () => {
  const { email } = await desk.join()
  const planted = tokensOf((await desk.signIn((await desk.join()).email)).body)
  const browser = desk.browser()
  browser.jar.set('bw_access', planted.accessToken).set('bw_refresh', planted.refreshToken).set('bw_device', 'planted')
  await browser.ask('/api/v1/auth/sign-in', { body: { email, password: PASSWORD } })
  expect((await browser.ask('/api/v1/me')).body).toMatchObject({ email })
  expect(browser.jar.get('bw_refresh')).not.toBe(planted.refreshToken)
  expect(browser.jar.get('bw_device')).not.toBe('planted')
})

test('API2 authentication: neither e-mail, e-mail case nor password forms open another way in', async () => {
  const { email } = await desk.join()
  const bodies: object[] = [
    { email, password: [PASSWORD] },
    { email, password: { $ne: '' } },
    { email: { $gt: '' }, password: PASSWORD },
    { email: [email], password: PASSWORD },
    { email, password: '' },
    { email, password: PASSWORD.toUpperCase() },
    { email, password: `${PASSWORD} ` },
    { email, password: `${PASSWORD}\u0000` },
    { email: `${email}\u0000`, password: PASSWORD },
    { email: `' or '1'='1`, password: PASSWORD },
    { email, password: 'x'.repeat(1025) },
    { email, password: PASSWORD, otp: { $ne: '' } },
    { email, password: PASSWORD, admin: true },
  ]
  for (const body of bodies) {
    const { status } = await desk.ask('/api/v1/auth/sign-in', { body, ip: '198.51.100.9' })
    expect([JSON.stringify(body).slice(0, 80), [400, 401, 429].includes(status)]).toEqual([
      JSON.stringify(body).slice(0, 80),
      true,
    ])
  }
})

test('API2 authentication: what protects an account changes only after a fresh confirmation', async () => {
  const { accessToken } = await desk.join([{ role: 'super_admin', domain: '*' }])
  desk.advance(601)
  const acts: [string, object][] = [
    ['/api/v1/me/password', { oldPassword: PASSWORD, newPassword: 'quite-another-Phrase-55' }],
    ['/api/v1/me/second-factor/totp/begin', {}],
    ['/api/v1/me/second-factor/totp', { otp: '123456' }],
    ['/api/v1/me/second-factor/recovery-codes', {}],
    ['/api/v1/me/passkeys/options', {}],
    ['/api/v1/me/sessions/revoke-others', {}],
    ['/api/v1/me/keys', { name: 'k', scopes: ['user:admin'] }],
    ['/api/v1/users', { email: 'x@people.example', grants: [{ role: 'viewer', domain: '*' }] }],
  ]
  for (const [url, body] of acts) {
    const answer = await desk.ask(url, { body, bearer: accessToken })
    expect([url, answer.status, answer.body.code]).toEqual([url, 403, 'step_up_required'])
  }
})

test('API3 property level: no answer carries a hash, a sealed secret or anything else of the inside', async () => {
  const { accessToken, id } = await desk.join([{ role: 'super_admin', domain: '*' }])
  const urls = ['/me', '/me/sessions', '/me/keys', '/me/passkeys', '/me/second-factor', '/users', `/users/${id}`]
  const seen = new Set<string>()
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [name, inner] of Object.entries(value)) {
      if (!Array.isArray(value)) seen.add(name)
      collect(inner)
    }
  }
  for (const url of urls) {
    const { status, body } = await desk.ask(`/api/v1${url}`, { bearer: accessToken })
    expect([url, status]).toEqual([url, 200])
    collect(body)
  }
  expect([...seen].filter((name) => /hash|sealed|step$|salt|publicKey|counter|revoked/i.test(name))).toEqual([])
})

test('API3 property level: nobody writes what is not theirs to write', async () => {
  const { accessToken, id } = await desk.join()
  for (const more of [
    { grants: [{ role: 'super_admin', domain: '*' }] },
    { status: 'active' },
    { email: 'boss@people.example' },
    { id: NOBODY },
    { passwordHash: 'x' },
    { confirmedAt: '2030-01-01T00:00:00Z' },
    { __proto__: { admin: true }, constructor: { prototype: { admin: true } } },
  ]) {
    const change = { method: 'PATCH', body: { name: 'Eve', ...more }, bearer: accessToken } as const
    expect((await desk.ask('/api/v1/me', change)).status).toBe(400)
  }
  const [row] = await sqlOf(desk.app, 'select name, status from platform.account where id = $1', [id])
  expect(row).toEqual({ name: 'Grace Hopper', status: 'active' })
  const body = { email: 'y@people.example', grants: [{ role: 'viewer', domain: '*' }], status: 'active' }
  const root = await desk.join([{ role: 'super_admin', domain: '*' }])
  expect((await desk.ask('/api/v1/users', { body, bearer: root.accessToken })).status).toBe(400)
})

test('API5 function level: every address of the house asks who is there, and refuses who may not', async () => {
  const viewer: Principal = person({ role: 'viewer', domain: 'north' })
  const lead: Principal = person({ role: 'domain_admin', domain: 'north' })
  const key: Principal = { ...person({ role: 'super_admin', domain: '*' }), kind: 'key', scopes: ['calendar:read'] }
  const endpoints = desk.app.platform.routes.map(({ endpoint }) => endpoint).filter(({ can }) => can !== 'public')
  expect(endpoints.length).toBeGreaterThan(40)
  for (const endpoint of endpoints) {
    const { method, can } = endpoint
    const name = `${method} ${endpoint.path}`
    const send = (as?: Principal) =>
      desk.app.send(
        { ...endpoint, path: urlOf(endpoint) } as Endpoint,
        (method === 'GET' ? {} : { body: {} }) as never,
        as,
      )
    expect([name, (await send()).status]).toEqual([name, 401])
    if (can === 'signed-in' || can === 'public') continue
    for (const who of [viewer, lead, key]) {
      if (allows(who, can)) continue
      const { status, body } = await send(who)
      expect([name, who.kind, status, (body as { code?: string }).code]).toEqual([name, who.kind, 403, 'forbidden'])
    }
  }
})

test('API5 function level: another method or a look-alike address opens no other door', async () => {
  const { accessToken: bearer } = await desk.join()
  const { status } = await desk.ask('/api/v1/users', { bearer, headers: { 'x-http-method-override': 'DELETE' } })
  expect(status).toBe(403)
  const odd = ['/users/', '//users', '/users%2f', '/me/../users', '/users;x', '/Users', '/users?/../me']
  for (const path of odd) {
    const { status, body } = await desk.ask(`/api/v1${path}`, { bearer })
    expect([path, [400, 403, 404].includes(status), body.items]).toEqual([path, true, undefined])
  }
})

test('API5 function level: an administrator of one domain cannot become more, by no way round', async () => {
  const lead = await desk.join([{ role: 'domain_admin', domain: 'north' }])
  const grants = (id: string, wanted: object[]) =>
    desk.ask(`/api/v1/users/${id}/grants`, { method: 'PUT', body: { grants: wanted }, bearer: lead.accessToken })
  const up = { role: 'super_admin', domain: '*' }
  expect((await grants(lead.id, [up])).status).toBe(403)
  expect((await grants(lead.id, [{ role: 'domain_admin', domain: '*' }])).status).toBe(403)
  expect((await grants(lead.id, [{ role: 'super_admin', domain: 'north' }])).status).toBe(400)
  expect(
    (
      await grants(lead.id, [
        { role: 'domain_admin', domain: 'north' },
        { role: 'viewer', domain: 'north' },
      ])
    ).status,
  ).toBe(400)
  const boss = await desk.join([up, { role: 'viewer', domain: 'north' }] as never)
  expect((await grants(boss.id, [{ role: 'analyst', domain: 'north' }])).status).toBe(200)
  for (const act of ['reset-password', 'reset-second-factor', 'suspend'])
    expect((await desk.ask(`/api/v1/users/${boss.id}/${act}`, { body: {}, bearer: lead.accessToken })).status).toBe(403)
  const invited = await desk.app.refused(
    inviteUser,
    { body: { email: 'accomplice@people.example', grants: [{ role: 'super_admin', domain: '*' }] } },
    { ...person({ role: 'domain_admin', domain: 'north' }), confirmedAt: desk.clock.at },
  )
  expect(invited.status).toBe(403)
})
