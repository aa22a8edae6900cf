import { Secret, TOTP } from 'otpauth'
import { afterEach, expect, test } from 'vitest'
import { createDesk, type Desk, PASSWORD, sqlOf, tokensOf } from './test-kit.ts'

let desk: Desk
afterEach(() => desk.close())
const tokenOf = (path: string | undefined) => path?.split('#token=')[1] ?? ''
const accept = (token: string) =>
  desk.ask('/api/v1/auth/link/accept', { body: { token, name: 'Ada', password: PASSWORD } })
const firstStart = async () => (await desk.ask('/api/v1/auth/ways')).body.firstStart

test('the first start makes one administrator and a link that works once, for a day', async () => {
  desk = await createDesk({ config: { adminEmail: 'Boss@Desk.example' } })
  const path = await desk.app.platform.bootstrap()
  expect(path).toMatch(/^\/welcome#token=[\w-]{43}$/)
  expect(await firstStart()).toBe(true)
  expect((await desk.ask('/api/v1/auth/link', { body: { token: tokenOf(path) } })).body).toMatchObject({
    kind: 'first_start',
    email: 'boss@desk.example',
    grants: [{ role: 'super_admin', domain: '*' }],
  })
  const { body, status } = await accept(tokenOf(path))
  expect(status).toBe(200)
  expect((await desk.ask('/api/v1/me', { bearer: tokensOf(body).accessToken })).body).toMatchObject({ name: 'Ada' })
  expect((await accept(tokenOf(path))).status).toBe(404)
  expect((await desk.signIn('boss@desk.example')).status).toBe(200)
  expect(await desk.app.platform.bootstrap()).toBeUndefined()
  expect(await firstStart()).toBe(false)
})

test('each start makes a new link until somebody has signed in; only the newest works', async () => {
  desk = await createDesk()
  const first = await desk.app.platform.bootstrap()
  const second = await desk.app.platform.bootstrap()
  expect((await accept(tokenOf(first))).status).toBe(404)
  desk.advance(86_401)
  expect((await accept(tokenOf(second))).status).toBe(404)
  expect((await accept(tokenOf(await desk.app.platform.bootstrap()))).status).toBe(200)
  expect((await sqlOf(desk.app, 'select 1 from platform.account')).length).toBe(1)
})

test('several processes that start at once make one administrator', async () => {
  desk = await createDesk()
  const paths = await Promise.all([1, 2, 3, 4].map(() => desk.app.platform.bootstrap()))
  expect((await sqlOf(desk.app, 'select 1 from platform.account')).length).toBe(1)
  const shown = await Promise.all(
    paths.map((path) => desk.ask('/api/v1/auth/link', { body: { token: tokenOf(path) } })),
  )
  expect(shown.filter(({ status }) => status === 200).length).toBe(1)
})

test('whoever owns the machine lets a locked-out administrator in again', async () => {
  desk = await createDesk()
  const { id, email, accessToken } = await desk.join([{ role: 'super_admin', domain: '*' }])
  const { secret } = (await desk.ask('/api/v1/me/second-factor/totp/begin', { body: {}, bearer: accessToken })).body
  const otp = new TOTP({ secret: Secret.fromBase32(String(secret)) }).generate({ timestamp: desk.clock.at.getTime() })
  await desk.ask('/api/v1/me/second-factor/totp', { body: { otp }, bearer: accessToken })
  await sqlOf(desk.app, `update platform.account set status = 'suspended' where id = $1`, [id])
  const { path } = await desk.app.platform.identity.recover(` ${email.toUpperCase()} `)
  expect((await accept(tokenOf(path))).status).toBe(200)
  expect((await desk.signIn(email)).status).toBe(200)
  await expect(desk.app.platform.identity.recover('nobody@people.example')).rejects.toMatchObject({ code: 'not_found' })
})

test('with a password in the configuration there is no link, and the password works', async () => {
  desk = await createDesk({ config: { adminEmail: 'boss@desk.example', adminPassword: PASSWORD } })
  expect(await desk.app.platform.bootstrap()).toBeUndefined()
  const { body, status } = await desk.signIn('boss@desk.example')
  expect(status).toBe(200)
  const users = await desk.ask('/api/v1/users', { bearer: tokensOf(body).accessToken })
  expect(users.body.items?.map(({ email, status }) => [email, status])).toEqual([['boss@desk.example', 'active']])
})
