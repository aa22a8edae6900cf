import { createHmac, generateKeyPairSync } from 'node:crypto'
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify, SignJWT } from 'jose'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createIdentity } from '../index.ts'
import { createDesk, type Desk, sqlOf } from '../test-kit.ts'

let desk: Desk
beforeAll(async () => {
  desk = await createDesk()
})
afterAll(() => desk.close())

const DAY = 86_400
const jwks = async () => (await desk.ask('/.well-known/jwks.json')).body as unknown as JSONWebKeySet
const statusWith = async (bearer: string) => (await desk.ask('/api/v1/me', { bearer })).status

test('anybody can check an access token with the published keys', async () => {
  const { accessToken, id } = await desk.join()
  const { payload, protectedHeader } = await jwtVerify(accessToken, createLocalJWKSet(await jwks()), {
    currentDate: desk.clock.at,
    algorithms: ['RS256'],
    typ: 'at+jwt',
    audience: 'bellwether',
  })
  expect(payload).toMatchObject({ sub: id, sid: expect.any(String), jti: expect.any(String) })
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(900)
  expect(Object.keys(payload).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'sid', 'sub'])
  expect(protectedHeader.alg).toBe('RS256')
})

test('a token dies after fifteen minutes', async () => {
  const { accessToken } = await desk.join()
  desk.advance(899)
  expect(await statusWith(accessToken)).toBe(200)
  desk.advance(1)
  expect(await statusWith(accessToken)).toBe(401)
})

test('a key signs for thirty days; the old one is served until its last token has died', async () => {
  const own = await createDesk()
  const jwks = async () => (await own.ask('/.well-known/jwks.json')).body as unknown as JSONWebKeySet
  const statusWith = async (bearer: string) => (await own.ask('/api/v1/me', { bearer })).status
  const first = await own.join()
  const { kid: oldKid } = decodeProtectedHeader(first.accessToken)
  own.advance(30 * DAY - 600)
  const last = await own.join()
  expect(decodeProtectedHeader(last.accessToken).kid).toBe(oldKid)
  own.advance(601)
  const next = await own.join()
  const { kid: newKid } = decodeProtectedHeader(next.accessToken)
  expect(newKid).not.toBe(oldKid)
  expect((await jwks()).keys.map(({ kid }) => kid)).toEqual([newKid, oldKid])
  expect([await statusWith(last.accessToken), await statusWith(next.accessToken)]).toEqual([200, 200])
  own.advance(900)
  expect((await jwks()).keys.map(({ kid }) => kid)).toEqual([newKid])
  await own.close()
})

test('private keys lie sealed', async () => {
  await desk.join()
  const [row] = await sqlOf<{ private_sealed: string }>(desk.app, 'select private_sealed from platform.signing_key')
  expect(row?.private_sealed).not.toMatch(/PRIVATE KEY/)
})

test('a token that we did not sign so is refused, whatever it says', async () => {
  const { accessToken } = await desk.join()
  const [head = '', body = '', signature = ''] = accessToken.split('.')
  const header = decodeProtectedHeader(accessToken)
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>
  const text = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const [key] = (await jwks()).keys
  const hmac = (message: string, secret: string) => createHmac('sha256', secret).update(message).digest('base64url')
  const confused = `${text({ ...header, alg: 'HS256' })}.${body}`
  const signed = (change: object, more: object = {}) =>
    new SignJWT({ ...claims, ...change })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: String(header.kid), ...more })
      .sign(stranger)
  const forged = {
    'no signature': `${text({ ...header, alg: 'none' })}.${body}.`,
    'empty signature': `${head}.${body}.`,
    'public key as HMAC secret': `${confused}.${hmac(confused, String(key?.n))}`,
    'changed body': `${head}.${text({ ...claims, sub: '0190a1b2-0000-7000-8000-000000000001' })}.${signature}`,
    'key of a stranger': await signed({}),
    'key in the token': await signed({}, { jwk: key }),
    'unknown key': await signed({}, { kid: '../../etc/passwd' }),
  }
  for (const [why, token] of Object.entries(forged)) expect([why, await statusWith(token)]).toEqual([why, 401])
  expect(await statusWith(accessToken)).toBe(200)
})

test('two processes that start at once sign with one key, and each accepts what the other signed', async () => {
  const fresh = await createDesk()
  const { platform } = fresh.app
  try {
    const processes = [1, 2, 3].map(() => createIdentity({ ...platform, hashCost: { memoryKib: 64, passes: 1 } }))
    const person = await fresh.join()
    await sqlOf(fresh.app, 'delete from platform.signing_key')
    const [session] = await sqlOf<{ id: string }>(fresh.app, 'select id from platform.session where account_id = $1', [
      person.id,
    ])
    const who = { accountId: person.id, sessionId: session?.id ?? '' }
    const tokens = await Promise.all(processes.map(({ tokens }) => tokens.mint(who)))
    expect(new Set(tokens.map((token) => decodeProtectedHeader(token).kid)).size).toBe(1)
    fresh.advance(3)
    expect((await fresh.ask('/api/v1/me', { bearer: tokens[0] })).status).toBe(200)
  } finally {
    await fresh.close()
  }
})

test('another process hears of a revocation and acts on it without waiting for the five seconds', async () => {
  const { accessToken, refreshToken } = await desk.join()
  const other = createIdentity({ ...desk.app.platform, hashCost: { memoryKib: 64, passes: 1 } })
  const stop = await other.start()
  const there = () => other.authenticate({ authorization: `Bearer ${accessToken}`, cookies: {} })
  expect(await there()).toMatchObject({ kind: 'user' })
  await desk.ask('/api/v1/auth/sign-out', { body: { refreshToken } })
  await vi.waitFor(() => expect(there()).rejects.toMatchObject({ code: 'unauthenticated' }), 5000)
  await stop()
})

test('a revocation acts at once in this process, and within five seconds in one that hears nothing', async () => {
  const { accessToken, refreshToken } = await desk.join()
  const other = createIdentity({ ...desk.app.platform, hashCost: { memoryKib: 64, passes: 1 } })
  const there = () =>
    other.authenticate({ authorization: `Bearer ${accessToken}`, cookies: {} }).then(
      ({ kind }) => kind,
      ({ code }: { code: string }) => code,
    )
  expect([await statusWith(accessToken), await there()]).toEqual([200, 'user'])
  await desk.ask('/api/v1/auth/sign-out', { body: { refreshToken } })
  expect([await statusWith(accessToken), await there()]).toEqual([401, 'user'])
  desk.advance(5)
  expect(await there()).toBe('unauthenticated')
})
