import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inviteUser } from '@bellwether/contract/platform/user'
import Provider from 'oidc-provider'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { everywhere } from '../../server/src/testing.ts'
import { inChromium } from './chromium.ts'
import { type Desk, freePort, openDesk, picture } from './desk.ts'

const SECRET = 'a-secret-that-only-the-two-know-0123456789'
const CLIENT = 'bellwether'

/** A real OpenID provider, with development pages on which anybody signs in under any name. */
async function startProvider(back: string): Promise<{ issuer: string; server: Server }> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT,
        client_secret: SECRET,
        redirect_uris: [back],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    pkce: { required: () => true },
    conformIdTokenClaims: false,
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.org`, email_verified: true, name: 'Grace Hopper' }),
    }),
    cookies: { keys: ['only for this test'] },
  })
  server.on('request', provider.callback())
  return { issuer, server }
}

inChromium('signing in at the organisation', () => {
  let desk: Desk
  let provider: Awaited<ReturnType<typeof startProvider>>
  beforeAll(async () => {
    const port = await freePort()
    provider = await startProvider(`http://localhost:${port}/sign-in/oidc`)
    desk = await openDesk({
      port,
      config: {
        publicUrl: `http://localhost:${port}`,
        oidcIssuer: provider.issuer,
        oidcClientId: CLIENT,
        oidcClientSecret: SECRET,
      },
    })
  })
  afterAll(async () => {
    await desk?.close()
    provider?.server.close()
  })

  test('an invited person comes in by the provider, back to the page that was asked for', async () => {
    const root = { ...everywhere('super_admin'), confirmedAt: new Date() }
    const body = { email: 'grace@example.org', grants: [{ role: 'viewer', domain: '*' }] } as const
    await desk.app.ask(inviteUser, { body: { email: body.email, grants: [...body.grants] } }, root)
    const page = await desk.visitor()
    await page.goto('/settings/profile')
    const button = page.getByRole('button', { name: `Continue with ${new URL(provider.issuer).host}` })
    await button.waitFor()
    await picture(page, 'sign-in-organisation')
    await button.click()
    await page.locator('input[name="login"]').fill('grace')
    await page.locator('input[name="password"]').fill('any')
    await page.getByRole('button', { name: 'Sign-in' }).click()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: 'Profile', level: 1 }).waitFor()
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Grace Hopper')
  })

  test('an answer of the provider that nobody asked for is refused in words', async () => {
    const page = await desk.visitor()
    await page.goto('/sign-in/oidc?code=made-up&state=made-up')
    await page.getByRole('heading', { name: 'That did not work' }).waitFor()
    await page.getByRole('link', { name: 'Back to the sign-in' }).click()
    await page.getByLabel('E-mail').waitFor()
  })
})
