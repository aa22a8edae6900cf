import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDesk, type Desk, sqlOf, tokensOf } from '../test-kit.ts'

let desk: Desk
beforeAll(async () => {
  desk = await createDesk()
})
afterAll(() => desk.close())

const works = async (accessToken: string) => (await desk.ask('/api/v1/me', { bearer: accessToken })).status === 200

test('fifty refreshes of one token at once: one family, every caller gets a working pair, nobody is signed out', async () => {
  const { refreshToken, id } = await desk.join()
  const answers = await Promise.all(Array.from({ length: 50 }, () => desk.refresh(refreshToken)))
  expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200))
  const pairs = answers.map(({ body }) => tokensOf(body))
  expect(new Set(pairs.map((pair) => pair.refreshToken)).size).toBe(1)
  for (const pair of pairs) expect(await works(pair.accessToken)).toBe(true)
  expect((await desk.refresh(pairs[0]?.refreshToken ?? '')).status).toBe(200)
  const families = await sqlOf(
    desk.app,
    'select id from platform.session where account_id = $1 and revoked_at is null',
    [id],
  )
  expect(families.length).toBe(1)
})

test('a late caller is given the newest token, not one that is used up', async () => {
  const first = await desk.join()
  const second = tokensOf((await desk.refresh(first.refreshToken)).body)
  const third = tokensOf((await desk.refresh(second.refreshToken)).body)
  desk.advance(29)
  const late = tokensOf((await desk.refresh(first.refreshToken)).body)
  expect(late.refreshToken).toBe(third.refreshToken)
  desk.advance(600)
  expect((await desk.refresh(late.refreshToken)).status).toBe(200)
})

test('a token replayed after the grace window ends the family and everything it gave out', async () => {
  const { refreshToken, accessToken, id } = await desk.join()
  const next = tokensOf((await desk.refresh(refreshToken)).body)
  expect(await works(next.accessToken)).toBe(true)
  desk.advance(31)
  const replayed = await desk.refresh(refreshToken)
  expect(replayed).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
  expect(replayed.body.detail).toMatch(/used before/)
  expect(await works(accessToken)).toBe(false)
  expect(await works(next.accessToken)).toBe(false)
  expect((await desk.refresh(next.refreshToken)).status).toBe(401)
  const [row] = await sqlOf(desk.app, 'select revoked_why from platform.session where account_id = $1', [id])
  expect(row).toEqual({ revoked_why: 'reuse' })
  await desk.app.platform.audit.seal()
  const acts = await sqlOf<{ row: string }>(desk.app, 'select to_jsonb(e)::text as row from platform.audit_entry e')
  expect(acts.some(({ row }) => row.includes('session.reuse') && row.includes(id))).toBe(true)
})

test('a used token from another device ends the family at once, also within the grace window', async () => {
  for (const other of [{ agent: 'stolen/1' }, { headers: { 'x-bellwether': '1' } }]) {
    const { refreshToken } = await desk.join()
    const next = tokensOf((await desk.refresh(refreshToken)).body)
    expect((await desk.refresh(refreshToken, other)).status).toBe(401)
    expect(await works(next.accessToken)).toBe(false)
  }
})

test('a browser that has been updated is still the same session', async () => {
  const { refreshToken } = await desk.join()
  const next = await desk.refresh(refreshToken, { agent: 'curl/9' })
  expect(next.status).toBe(200)
  expect((await desk.refresh(refreshToken, { agent: 'curl/9' })).status).toBe(200)
})

test('a refresh token dies after seven days without use, and no session outlives ninety', async () => {
  const idle = await desk.join()
  desk.advance(7 * 86_400 + 1)
  expect((await desk.refresh(idle.refreshToken)).status).toBe(401)
  let { refreshToken } = await desk.join()
  for (let day = 0; day < 84; day += 6) {
    desk.advance(6 * 86_400)
    refreshToken = tokensOf((await desk.refresh(refreshToken)).body).refreshToken
  }
  desk.advance(6 * 86_400 + 1)
  expect((await desk.refresh(refreshToken)).status).toBe(401)
})

test('the database holds no token that could be used', async () => {
  const { refreshToken } = await desk.join()
  const next = tokensOf((await desk.refresh(refreshToken)).body)
  const rows = await sqlOf<{ row: string }>(desk.app, 'select to_jsonb(t)::text as row from platform.refresh_token t')
  for (const token of [refreshToken, next.refreshToken])
    for (const form of [token, token.slice(4), Buffer.from(token.slice(4), 'base64url').toString('hex')])
      expect(rows.some(({ row }) => row.includes(form))).toBe(false)
})

test('sessions are listed with where they come from, and ended one by one or all others', async () => {
  const { email, accessToken } = await desk.join()
  desk.advance(60)
  const phone = tokensOf((await desk.signIn(email, { agent: 'phone', ip: '198.51.100.7' })).body)
  const tablet = tokensOf((await desk.signIn(email, { agent: 'tablet' })).body)
  desk.advance(5)
  await works(accessToken)
  const { body } = await desk.ask('/api/v1/me/sessions', { bearer: accessToken })
  expect(body.items?.map(({ userAgent, current, ip }) => ({ userAgent, current, ip }))).toEqual([
    { userAgent: 'curl/8', current: true, ip: '192.0.2.1' },
    { userAgent: 'tablet', current: false, ip: '192.0.2.1' },
    { userAgent: 'phone', current: false, ip: '198.51.100.7' },
  ])
  const id = body.items?.find(({ userAgent }) => userAgent === 'phone')?.id ?? ''
  const end = (bearer: string) => desk.ask(`/api/v1/me/sessions/${id}`, { method: 'DELETE', bearer })
  expect((await end((await desk.join()).accessToken)).status).toBe(404)
  expect((await end(accessToken)).status).toBe(200)
  expect(await works(phone.accessToken)).toBe(false)
  expect((await end(accessToken)).status).toBe(404)
  const others = await desk.ask('/api/v1/me/sessions/revoke-others', { body: {}, bearer: accessToken })
  expect(others.body).toEqual({ revoked: 1 })
  expect(await works(tablet.accessToken)).toBe(false)
  expect(await works(accessToken)).toBe(true)
})

test('a person has a hundred sessions at most; the one longest unused goes first', async () => {
  const { id, accessToken } = await desk.join()
  await sqlOf(
    desk.app,
    `insert into platform.session select gen_random_uuid(), account_id, client, method, user_agent, ip, created_at,
       last_seen_at - interval '1 minute', confirmed_at, expires_at from platform.session, generate_series(1, 98)
     where account_id = $1`,
    [id],
  )
  const { email } = (await desk.ask('/api/v1/me', { bearer: accessToken })).body
  const live = 'select 1 from platform.session where account_id = $1 and revoked_at is null'
  expect((await desk.signIn(String(email))).status).toBe(200)
  expect((await sqlOf(desk.app, live, [id])).length).toBe(100)
  expect((await desk.signIn(String(email))).status).toBe(200)
  expect((await sqlOf(desk.app, live, [id])).length).toBe(100)
  expect(await works(accessToken)).toBe(true)
})

test('what is malformed or missing is refused', async () => {
  for (const body of [{}, { refreshToken: '' }, { refreshToken: 'bwr_' }, { refreshToken: 'x'.repeat(200) }])
    expect((await desk.ask('/api/v1/auth/refresh', { body })).status).toBe(401)
  expect((await desk.ask('/api/v1/auth/refresh', { body: { refreshToken: 7 } })).status).toBe(400)
  expect((await desk.ask('/api/v1/auth/refresh', { body: { refreshToken: 'x'.repeat(201) } })).status).toBe(400)
})

test('upkeep throws away what has expired', async () => {
  await desk.join()
  desk.advance(200 * 86_400)
  await desk.app.platform.identity.tidy()
  for (const table of ['refresh_token', 'session', 'ceremony', 'sign_in_delay'])
    expect(await sqlOf(desk.app, `select 1 from platform.${table}`)).toEqual([])
})
