import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDesk, type Desk, PASSWORD, sqlOf, tokensOf } from '../test-kit.ts'
import { createPasskeyStore } from './store.ts'
import { createAuthenticator, type Manners } from './test-authenticator.ts'

let desk: Desk
beforeAll(async () => {
  desk = await createDesk()
})
afterAll(() => desk.close())

const page = { headers: { origin: 'http://localhost', host: 'localhost' } }
type Options = { challenge: string }

const ask = (url: string, body: object, bearer?: string) => desk.ask(url, { body, bearer, ...page })
async function begin(url: string, bearer?: string) {
  const { body } = await ask(url, {}, bearer)
  return { ceremony: String(body.ceremony), options: body.options as Options }
}

async function register(bearer: string, manners: Manners = {}) {
  const key = createAuthenticator(manners)
  const { ceremony, options } = await begin('/api/v1/me/passkeys/options', bearer)
  const input = { ceremony, name: 'Laptop', credential: key.create(options) }
  return { key, input, options, answer: await ask('/api/v1/me/passkeys', input, bearer) }
}
async function signIn(key: ReturnType<typeof createAuthenticator>, more: Parameters<typeof key.get>[1] = {}) {
  const { ceremony, options } = await begin('/api/v1/auth/passkey/options')
  const input = { ceremony, credential: key.get(options, more) }
  return { input, answer: await ask('/api/v1/auth/passkey/sign-in', input) }
}

test('a passkey is registered, listed, and signs in without name or password', async () => {
  const { accessToken, id } = await desk.join()
  const { key, answer, options } = await register(accessToken, { synced: true })
  expect(options).toMatchObject({
    rp: { id: 'localhost', name: 'Bellwether' },
    attestation: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  expect(answer.status).toBe(201)
  expect(answer.body).toMatchObject({ name: 'Laptop', synced: true })
  expect((answer.body.recoveryCodes as string[]).length).toBe(10)
  const signed = await signIn(key)
  expect(signed.answer.status).toBe(200)
  const me = await desk.ask('/api/v1/me', { bearer: tokensOf(signed.answer.body).accessToken })
  expect(me.body).toMatchObject({ id, secondFactor: true, confirmedUntil: expect.any(String) })
  const listed = await desk.ask('/api/v1/me/passkeys', { bearer: accessToken })
  expect(listed.body.items).toEqual([
    {
      id: answer.body.id,
      name: 'Laptop',
      synced: true,
      createdAt: expect.any(String),
      lastUsedAt: desk.clock.at.toISOString(),
    },
  ])
})

test('an answer works once', async () => {
  const { accessToken } = await desk.join()
  const { key, input } = await register(accessToken)
  expect((await ask('/api/v1/me/passkeys', input, accessToken)).status).toBe(400)
  const signed = await signIn(key)
  expect((await ask('/api/v1/auth/passkey/sign-in', signed.input)).status).toBe(400)
})

test('an answer made for another page, another challenge, without its owner or by a copied key is refused', async () => {
  const { accessToken } = await desk.join()
  const { key } = await register(accessToken)
  const statusOf = async (more: Parameters<typeof key.get>[1]) => (await signIn(key, more)).answer.status
  expect(await statusOf({ origin: 'https://evil.example' })).toBe(401)
  expect(await statusOf({ origin: 'http://localhost:81' })).toBe(401)
  expect(await statusOf({ challenge: 'bm90LXRoZS1vbmU' })).toBe(401)
  expect(await statusOf({ verifies: false })).toBe(401)
  expect(await statusOf({ counter: 50 })).toBe(200)
  expect(await statusOf({ counter: 50 })).toBe(401)
  expect(await statusOf({ counter: 7 })).toBe(401)
  expect(await statusOf({ counter: 51 })).toBe(200)
  const stranger = createAuthenticator()
  expect((await signIn(stranger)).answer.status).toBe(401)
})

test('of two answers with the same count, which a copied key would give, one is taken', async () => {
  const { accessToken } = await desk.join()
  const { key } = await register(accessToken)
  const [row] = await sqlOf<{ id: string }>(desk.app, 'select id from platform.passkey where credential_id = $1', [
    key.id,
  ])
  const store = createPasskeyStore(desk.app.platform.db)
  const use = (counter: number) => store.used(row?.id ?? '', { counter, at: desk.clock.at })
  expect([await use(0), await use(0)]).toEqual([true, true]) // many authenticators do not count
  expect((await Promise.all([use(5), use(5)])).sort()).toEqual([false, true])
  expect([await use(4), await use(0), await use(6)]).toEqual([false, false, true])
})

test('a begun exchange dies after five minutes and belongs to who began it', async () => {
  const one = await desk.join()
  const two = await desk.join()
  const key = createAuthenticator()
  const begun = await begin('/api/v1/me/passkeys/options', one.accessToken)
  const input = { ceremony: begun.ceremony, name: 'x', credential: key.create(begun.options) }
  expect((await ask('/api/v1/me/passkeys', input, two.accessToken)).status).toBe(400)
  const late = await begin('/api/v1/me/passkeys/options', one.accessToken)
  desk.advance(301)
  const overdue = { ceremony: late.ceremony, name: 'x', credential: key.create(late.options) }
  expect((await ask('/api/v1/me/passkeys', overdue, one.accessToken)).status).toBe(400)
})

test('with a passkey set the password alone no longer signs in; a recovery code does', async () => {
  const { accessToken, email } = await desk.join()
  const { answer } = await register(accessToken)
  expect(await desk.signIn(email)).toMatchObject({ status: 401, body: { errors: [{ path: 'body.otp' }] } })
  const [code = ''] = answer.body.recoveryCodes as string[]
  expect((await desk.signIn(email, { otp: code })).status).toBe(200)
})

test('a passkey confirms who is there, and only the own one', async () => {
  const { accessToken } = await desk.join()
  const { key } = await register(accessToken)
  const other = await desk.join()
  const foreign = await register(other.accessToken)
  desk.advance(601)
  const confirm = async (with_: typeof key) => {
    const { ceremony, options } = await begin('/api/v1/auth/confirm/passkey-options', accessToken)
    const passkey = { ceremony, credential: with_.get(options) }
    return (await ask('/api/v1/auth/confirm', { passkey }, accessToken)).status
  }
  expect((await ask('/api/v1/auth/confirm', { password: PASSWORD }, accessToken)).status).toBe(403)
  expect(await confirm(foreign.key)).toBe(401)
  expect(await confirm(key)).toBe(200)
})

test('a passkey is renamed and removed by its owner only', async () => {
  const { accessToken, email } = await desk.join()
  const { answer } = await register(accessToken)
  const url = `/api/v1/me/passkeys/${String(answer.body.id)}`
  const stranger = await desk.join()
  const as = (bearer: string) => ({
    rename: () => desk.ask(url, { method: 'PATCH', body: { name: 'Phone' }, bearer }),
    remove: () => desk.ask(url, { method: 'DELETE', bearer }),
  })
  expect((await as(stranger.accessToken).rename()).status).toBe(404)
  expect((await as(stranger.accessToken).remove()).status).toBe(404)
  expect((await as(accessToken).rename()).body).toMatchObject({ name: 'Phone' })
  expect((await as(accessToken).remove()).status).toBe(200)
  expect((await desk.signIn(email)).status).toBe(200)
})

test('malformed answers are refused by name and never break anything', async () => {
  const { accessToken } = await desk.join()
  const { key } = await register(accessToken)
  const { options } = await begin('/api/v1/auth/passkey/options')
  const good = key.get(options)
  const odd = [
    { ...good, rawId: 'AAAA' },
    { ...good, response: { ...good.response, clientDataJSON: 'e30' } },
    { ...good, response: { ...good.response, clientDataJSON: 'AAAA' } },
    { ...good, response: { ...good.response, authenticatorData: 'AAAA' } },
    { ...good, response: { ...good.response, authenticatorData: '' } },
    { ...good, response: { ...good.response, signature: 'AAAA' } },
  ]
  for (const credential of odd) {
    const { ceremony } = await begin('/api/v1/auth/passkey/options')
    expect((await ask('/api/v1/auth/passkey/sign-in', { ceremony, credential })).status).toBe(401)
  }
  const made = createAuthenticator().create(options)
  for (const attestationObject of ['', 'AAAA', 'o2NmbXQ', made.response.attestationObject.slice(0, 60)]) {
    const { ceremony } = await begin('/api/v1/me/passkeys/options', accessToken)
    const credential = { ...made, response: { ...made.response, attestationObject } }
    expect((await ask('/api/v1/me/passkeys', { ceremony, name: 'x', credential }, accessToken)).status).toBe(400)
  }
  expect((await ask('/api/v1/auth/passkey/sign-in', { ceremony: 'x', credential: 7 })).status).toBe(400)
})

test('opened by an IP address, passkeys say what to do', async () => {
  const { body, status } = await desk.ask('/api/v1/auth/passkey/options', {
    body: {},
    headers: { host: '192.0.2.1:7400' },
  })
  expect({ status, detail: body.detail }).toEqual({
    status: 400,
    detail: expect.stringMatching(/BELLWETHER_PUBLIC_URL/),
  })
})
