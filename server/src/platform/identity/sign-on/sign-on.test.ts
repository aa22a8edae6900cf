import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inviteUser } from '@bellwether/contract/platform/user'
import Provider from 'oidc-provider'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDesk, type Desk } from '../test-kit.ts'

interface Person {
  email?: string
  email_verified?: boolean
  name?: string
}
/** Who the provider knows, by the name typed into its sign-in page. */
const people = new Map<string, Person>()
const SECRET = 'a-secret-that-only-the-two-know-0123456789'

let desk: Desk
let provider: Awaited<ReturnType<typeof startProvider>>
beforeAll(async () => {
  provider = await startProvider()
  desk = await createDesk({
    config: {
      publicUrl: 'http://localhost:7400',
      oidcIssuer: provider.issuer,
      oidcClientId: 'bellwether',
      oidcClientSecret: SECRET,
    },
  })
  desk.clock.at = new Date() // the provider has a clock of its own
})
afterAll(async () => {
  await desk.close()
  await provider.close()
})

/** A real provider, with the development pages that let anybody sign in under any name. */
async function startProvider() {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const oidc = new Provider(issuer, {
    clients: [
      {
        client_id: 'bellwether',
        client_secret: SECRET,
        redirect_uris: ['http://localhost:7400/sign-in/oidc'],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    pkce: { required: () => true },
    conformIdTokenClaims: false,
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...people.get(id) }) }),
    cookies: { keys: ['only for this test'] },
  })
  server.on('request', oidc.callback())
  return { issuer, close: () => new Promise((closed) => server.close(closed)) }
}

/** Goes through the provider's pages as a person would, and answers the parameters it sends back. */
async function visit(url: string, login: string): Promise<Record<string, string>> {
  const jar = new Map<string, string>()
  let at = new URL(url)
  let form: URLSearchParams | undefined
  for (let step = 0; step < 12; step++) {
    if (at.host === 'localhost:7400') return Object.fromEntries(at.searchParams)
    const response = await fetch(at, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form ? { method: 'POST', body: form } : {}),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      jar.set(name, value)
    }
    const location = response.headers.get('location')
    form = undefined
    if (location) at = new URL(location, at)
    else {
      const html = await response.text()
      const [, action = ''] = /action="([^"]+)"/.exec(html) ?? []
      const [, prompt = ''] = /name="prompt" value="([^"]+)"/.exec(html) ?? []
      at = new URL(action, at)
      form = new URLSearchParams(prompt === 'login' ? { prompt, login, password: 'any' } : { prompt })
    }
  }
  throw new Error('the provider never sent us back')
}

const origin = { headers: { origin: 'http://localhost:7400', host: 'localhost:7400' } }
async function signOn(
  login: string,
  browser = desk.browser(),
  change: (back: Record<string, string>) => object = (back) => back,
) {
  const begun = await browser.ask('/api/v1/auth/oidc/start', { body: {}, ...origin })
  const back = await visit(String(begun.body.url), login)
  return { browser, back, answer: await browser.ask('/api/v1/auth/oidc/finish', { body: change(back), ...origin }) }
}
const invite = (email: string) =>
  desk.app.ask(inviteUser, { body: { email, grants: [{ role: 'viewer', domain: '*' }] } }, desk.root())

test('an invited person joins by signing in at the provider, and comes back as the same one', async () => {
  people.set('ada', { email: 'Ada@People.example', email_verified: true, name: 'Ada Lovelace' })
  const { user } = await invite('ada@people.example')
  const first = await signOn('ada')
  expect(first.answer).toMatchObject({ status: 200, body: { expiresIn: 900 } })
  const me = await first.browser.ask('/api/v1/me', origin)
  expect(me.body).toMatchObject({ id: user.id, name: 'Ada Lovelace', email: 'ada@people.example', hasPassword: false })
  people.set('ada', { email: 'renamed@people.example', email_verified: true })
  const again = await signOn('ada')
  expect((await again.browser.ask('/api/v1/me', origin)).body).toMatchObject({ id: user.id })
})

test('who was never invited, and whose address is not verified, stays out', async () => {
  people.set('mallory', { email: 'mallory@people.example', email_verified: true })
  expect((await signOn('mallory')).answer).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  const { email } = await desk.join()
  people.set('eve', { email, email_verified: false })
  expect((await signOn('eve')).answer.status).toBe(403)
  people.set('nil', {})
  expect((await signOn('nil')).answer.status).toBe(403)
})

test('an account that exists is linked by its verified address', async () => {
  const { email, id } = await desk.join()
  people.set('grace', { email, email_verified: true })
  const { browser, answer } = await signOn('grace')
  expect(answer.status).toBe(200)
  expect((await browser.ask('/api/v1/me', origin)).body).toMatchObject({ id, hasPassword: true })
})

test('a visit works once, in the browser that began it, with the state it began with', async () => {
  const { email } = await desk.join()
  people.set('bob', { email, email_verified: true })
  const { browser, back } = await signOn('bob')
  expect((await browser.ask('/api/v1/auth/oidc/finish', { body: back, ...origin })).status).toBe(401)
  const begun = await desk.browser().ask('/api/v1/auth/oidc/start', { body: {}, ...origin })
  const stolen = await visit(String(begun.body.url), 'bob')
  const other = desk.browser()
  await other.ask('/api/v1/auth/oidc/start', { body: {}, ...origin })
  expect((await other.ask('/api/v1/auth/oidc/finish', { body: stolen, ...origin })).status).toBe(401)
  expect((await signOn('bob', desk.browser(), (sent) => ({ ...sent, state: 'x' }))).answer.status).toBe(401)
  expect((await signOn('bob', desk.browser(), (sent) => ({ ...sent, code: 'made-up' }))).answer.status).toBe(401)
  expect(
    (await signOn('bob', desk.browser(), (sent) => ({ ...sent, iss: 'https://evil.example' }))).answer.status,
  ).toBe(401)
  const forger = desk.browser()
  const visited = await forger.ask('/api/v1/auth/oidc/start', { body: {}, ...origin })
  forger.jar.set('bw_visit', `${forger.jar.get('bw_visit')?.split('.')[0]}.${'A'.repeat(43)}`)
  const sent = await visit(String(visited.body.url), 'bob')
  expect((await forger.ask('/api/v1/auth/oidc/finish', { body: sent, ...origin })).status).toBe(401)
  const denied = await signOn('bob', desk.browser(), ({ state, iss }) => ({ state, iss, error: 'access_denied' }))
  expect(denied.answer.status).toBe(401)
})

test('the way to the provider carries PKCE, state and nonce', async () => {
  const { body } = await desk.browser().ask('/api/v1/auth/oidc/start', { body: { fresh: true }, ...origin })
  const url = new URL(String(body.url))
  expect(url.origin).toBe(provider.issuer)
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    response_type: 'code',
    client_id: 'bellwether',
    redirect_uri: 'http://localhost:7400/sign-in/oidc',
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    prompt: 'login',
    max_age: '0',
  })
})

test('a sign-in that the provider says is fresh counts as a confirmation', async () => {
  const { email } = await desk.join()
  people.set('carol', { email, email_verified: true })
  const browser = desk.browser()
  const begun = await browser.ask('/api/v1/auth/oidc/start', { body: { fresh: true }, ...origin })
  const back = await visit(String(begun.body.url), 'carol')
  expect((await browser.ask('/api/v1/auth/oidc/finish', { body: back, ...origin })).status).toBe(200)
  expect((await browser.ask('/api/v1/me', origin)).body).toMatchObject({ confirmedUntil: expect.any(String) })
})

test('a suspended person stays out here too', async () => {
  const { email, id } = await desk.join()
  people.set('dan', { email, email_verified: true })
  await desk.app.platform.pool.query(`update platform.account set status = 'suspended' where id = $1`, [id])
  expect((await signOn('dan')).answer).toMatchObject({
    status: 403,
    body: { detail: expect.stringMatching(/suspended/) },
  })
})

test('without a provider, or when it does not answer, it says so', async () => {
  const none = await createDesk()
  expect((await none.ask('/api/v1/auth/oidc/start', { body: {} })).status).toBe(404)
  expect((await none.ask('/api/v1/auth/ways')).body).not.toHaveProperty('oidc')
  await none.close()
  const down = await createDesk({ config: { oidcIssuer: 'http://127.0.0.1:9', oidcClientId: 'x' } })
  expect((await down.ask('/api/v1/auth/oidc/start', { body: {} })).status).toBe(503)
  await down.close()
})
