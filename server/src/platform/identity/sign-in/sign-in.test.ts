import { randomBytes } from 'node:crypto'
import { parseOptions } from '@node-rs/argon2'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPasswordHashing } from '../passwords/hashing.ts'
import { createDesk, type Desk, PASSWORD, sqlOf } from '../test-kit.ts'

let desk: Desk
beforeAll(async () => {
  desk = await createDesk()
})
afterAll(() => desk.close())

test('a client signs in and gets a pair of tokens that works', async () => {
  const { email, id } = await desk.join()
  const { status, body, cookies } = await desk.signIn(email.toUpperCase())
  expect({ status, cookies }).toEqual({ status: 200, cookies: [] })
  expect(body).toEqual({ accessToken: expect.any(String), refreshToken: expect.any(String), expiresIn: 900 })
  const me = await desk.ask('/api/v1/me', { bearer: desk.tokensOf(body).accessToken })
  expect(me.body).toMatchObject({
    id,
    email,
    name: 'Grace Hopper',
    kind: 'user',
    hasPassword: true,
    secondFactor: false,
    grants: [{ role: 'viewer', domain: '*' }],
    preferences: { theme: 'system', density: 'comfortable' },
  })
})

test('a wrong password and an unknown address are refused alike', async () => {
  const { email } = await desk.join()
  const wrong = await desk.signIn(email, { password: 'wrong' })
  const unknown = await desk.signIn('nobody@people.example', { password: 'wrong' })
  for (const { status, body } of [wrong, unknown])
    expect({ status, code: body.code, detail: body.detail, errors: body.errors }).toEqual({
      status: 401,
      code: 'unauthenticated',
      detail: 'the e-mail or the password is wrong',
      errors: undefined,
    })
})

test('an unknown address takes as long as a known one', async () => {
  const hashing = createPasswordHashing({ memoryKib: 8192, passes: 2 })
  const stored = await hashing.hash(PASSWORD)
  const spent = { known: 0, unknown: 0 } // processor time: the wall clock also tells what else the machine does
  for (let round = 0; round < 15; round++) {
    for (const [who, hash] of [
      ['known', stored],
      ['unknown', undefined],
    ] as const) {
      const before = process.cpuUsage()
      await hashing.fits(hash, 'wrong')
      spent[who] += process.cpuUsage(before).user
    }
  }
  expect(spent.unknown / spent.known).toBeGreaterThan(0.5)
  expect(spent.unknown / spent.known).toBeLessThan(2)
})

test('a hash made at another cost is made anew when its owner signs in', async () => {
  const { email, id } = await desk.join()
  const old = await createPasswordHashing({ memoryKib: 32, passes: 2 }).hash(PASSWORD)
  await sqlOf(desk.app, 'update platform.account set password_hash = $1 where id = $2', [old, id])
  expect((await desk.signIn(email)).status).toBe(200)
  const [row] = await sqlOf<{ password_hash: string }>(
    desk.app,
    'select password_hash from platform.account where id = $1',
    [id],
  )
  expect(parseOptions(row?.password_hash ?? '')).toMatchObject({ memoryCost: 64, timeCost: 1 })
  expect((await desk.signIn(email)).status).toBe(200)
})

test('a browser gets cookies instead of tokens, and they are httpOnly and strict', async () => {
  const { email } = await desk.join()
  const browser = desk.browser()
  const { body, cookies } = await browser.ask('/api/v1/auth/sign-in', { body: { email, password: PASSWORD } })
  expect(body).toEqual({ expiresIn: 900 })
  expect(cookies.map(({ name }) => name).sort()).toEqual(['bw_access', 'bw_device', 'bw_refresh'])
  for (const cookie of cookies) expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' })
  expect((await browser.ask('/api/v1/me')).body).toMatchObject({ email })
  const change = { method: 'PATCH', body: { name: 'Amazing Grace' } } as const
  expect((await browser.ask('/api/v1/me', change)).body).toMatchObject({ name: 'Amazing Grace' })
  expect((await browser.ask('/api/v1/auth/refresh', { body: {} })).body).toEqual({ expiresIn: 900 })
  expect((await browser.ask('/api/v1/auth/sign-out', { body: {} })).status).toBe(200)
  expect([...browser.jar.keys()]).toEqual(['bw_device'])
  expect((await browser.ask('/api/v1/me')).status).toBe(401)
})

test('over TLS the cookies are bound to this very host', async () => {
  const secure = await createDesk({ config: { publicUrl: 'https://desk.example' } })
  try {
    const { email } = await secure.join()
    const { cookies } = await secure.signIn(email, {
      headers: { 'x-bellwether': '1', origin: 'https://desk.example' },
    })
    expect(cookies.map(({ name, secure }) => [name, secure]).sort()).toEqual([
      ['__Host-bw_access', true],
      ['__Host-bw_device', true],
      ['__Host-bw_refresh', true],
    ])
  } finally {
    await secure.close()
  }
})

test('a change that rests on a cookie needs proof that our own page sends it', async () => {
  const { email } = await desk.join()
  const browser = desk.browser()
  await browser.ask('/api/v1/auth/sign-in', { body: { email, password: PASSWORD } })
  const forged = { method: 'PATCH', body: { name: 'Mallory' } } as const
  for (const headers of [
    { 'x-bellwether': '' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost.evil.example' },
  ])
    expect((await browser.ask('/api/v1/me', { ...forged, headers })).status).toBe(403)
  for (const url of ['/api/v1/auth/refresh', '/api/v1/auth/sign-out'])
    expect((await browser.ask(url, { body: {}, headers: { origin: 'https://evil.example' } })).status).toBe(403)
  expect((await browser.ask('/api/v1/me')).body).toMatchObject({ name: 'Grace Hopper' })
})

test('a page of another origin cannot sign somebody in', async () => {
  const { email } = await desk.join()
  const { status, cookies } = await desk.signIn(email, {
    headers: { 'x-bellwether': '1', origin: 'https://evil.example', host: 'localhost' },
  })
  expect({ status, cookies }).toEqual({ status: 403, cookies: [] })
})

test('signing out ends the session at once, by refresh token or by access token', async () => {
  const { email } = await desk.join()
  for (const by of ['refresh', 'access'] as const) {
    const tokens = desk.tokensOf((await desk.signIn(email)).body)
    expect((await desk.ask('/api/v1/me', { bearer: tokens.accessToken })).status).toBe(200)
    const out =
      by === 'refresh'
        ? await desk.ask('/api/v1/auth/sign-out', { body: { refreshToken: tokens.refreshToken } })
        : await desk.ask('/api/v1/auth/sign-out', { body: {}, bearer: tokens.accessToken })
    expect(out.status).toBe(200)
    expect((await desk.ask('/api/v1/me', { bearer: tokens.accessToken })).status).toBe(401)
    expect((await desk.refresh(tokens.refreshToken)).status).toBe(401)
  }
})

test('what does not look like a credential is refused, and never breaks anything', async () => {
  const { accessToken } = await desk.join()
  const odd = [
    'x',
    'a.b.c',
    `${accessToken}x`,
    accessToken.slice(0, -4),
    `bw_${randomBytes(6).toString('hex')}_${randomBytes(32).toString('base64url')}`,
    'bw_',
    '.'.repeat(3000),
    Buffer.from('{"alg":"none"}').toString('base64url').concat('.e30.'),
  ]
  for (const bearer of odd) expect((await desk.ask('/api/v1/me', { bearer })).status).toBe(401)
  for (const authorization of ['Basic YTpi', 'Bearer', 'bearer  '])
    expect((await desk.ask('/api/v1/me', { headers: { authorization } })).status).toBe(401)
  for (const cookie of ['bw_access=x', 'bw_access=%E0%A4%A', 'bw_access==;;', `bw_access=${'y'.repeat(2000)}`])
    expect((await desk.ask('/api/v1/me', { headers: { cookie } })).status).toBe(401)
})

test('a sign-in and a refusal are written down, without the password', async () => {
  const { email, id } = await desk.join()
  await desk.signIn(email, { password: 'not-this-secret' })
  await desk.signIn(email)
  await desk.app.platform.audit.seal()
  const rows = await sqlOf<{ row: string }>(desk.app, `select to_jsonb(r)::text as row from platform.audit_entry r`)
  const about = rows.map(({ row }) => row).filter((row) => row.includes(id))
  expect(about.some((row) => row.includes('session.refuse'))).toBe(true)
  expect(about.some((row) => row.includes('session.open'))).toBe(true)
  expect(rows.some(({ row }) => row.includes('not-this-secret') || row.includes(PASSWORD))).toBe(false)
})
