import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDesk, type Desk, PASSWORD, tokensOf } from '../test-kit.ts'

let desk: Desk
beforeAll(async () => {
  desk = await createDesk()
})
afterAll(() => desk.close())

const change = (bearer: string, body: object) => desk.ask('/api/v1/me', { method: 'PATCH', body, bearer })

test('a person changes name and preferences; what is left out stays', async () => {
  const { accessToken } = await desk.join()
  await change(accessToken, { preferences: { theme: 'dark', zone: 'Europe/Vienna', locale: 'de-AT' } })
  const { body } = await change(accessToken, { name: ' Ada ', preferences: { density: 'compact', zone: null } })
  expect(body).toMatchObject({ name: 'Ada' })
  expect(body.preferences).toEqual({ theme: 'dark', density: 'compact', locale: 'de-AT' })
  expect((await desk.ask('/api/v1/me', { bearer: accessToken })).body).toEqual(body)
})

test('a wrong preference is named and changes nothing', async () => {
  const { accessToken } = await desk.join()
  const wrong = { theme: 'neon', density: 'airy', locale: 'not a tag', zone: 'Mars/Olympus' }
  const { status, body } = await change(accessToken, { name: '', preferences: wrong })
  expect(status).toBe(400)
  expect(body.errors?.map(({ path }) => path).sort()).toEqual([
    'body.name',
    'body.preferences.density',
    'body.preferences.locale',
    'body.preferences.theme',
    'body.preferences.zone',
  ])
  expect((await change(accessToken, { grants: [{ role: 'super_admin', domain: '*' }] })).status).toBe(400)
})

test('a password is changed with the old one; other sessions end, this one stays', async () => {
  const { accessToken, email } = await desk.join()
  const elsewhere = tokensOf((await desk.signIn(email)).body)
  const newPassword = 'quite-another-Phrase-55'
  const set = (body: object) => desk.ask('/api/v1/me/password', { body, bearer: accessToken })
  expect(await set({ oldPassword: 'wrong', newPassword })).toMatchObject({
    status: 400,
    body: { errors: [{ path: 'body.oldPassword' }] },
  })
  expect(await set({ newPassword })).toMatchObject({ status: 400, body: { errors: [{ path: 'body.oldPassword' }] } })
  expect(await set({ oldPassword: PASSWORD, newPassword: 'password1234' })).toMatchObject({
    status: 400,
    body: { errors: [{ path: 'body.newPassword' }] },
  })
  expect((await set({ oldPassword: PASSWORD, newPassword })).status).toBe(200)
  expect((await desk.ask('/api/v1/me', { bearer: accessToken })).status).toBe(200)
  expect((await desk.ask('/api/v1/me', { bearer: elsewhere.accessToken })).status).toBe(401)
  expect((await desk.signIn(email)).status).toBe(401)
  expect((await desk.signIn(email, { password: newPassword })).status).toBe(200)
})

test('a password change needs a fresh confirmation', async () => {
  const { accessToken } = await desk.join()
  const set = () =>
    desk.ask('/api/v1/me/password', {
      body: { oldPassword: PASSWORD, newPassword: 'quite-another-Phrase-55' },
      bearer: accessToken,
    })
  desk.advance(601)
  expect((await set()).body).toMatchObject({ code: 'step_up_required' })
  await desk.ask('/api/v1/auth/confirm', { body: { password: PASSWORD }, bearer: accessToken })
  expect((await set()).status).toBe(200)
})

test('the hint says what a password is worth while it is typed', async () => {
  const hint = async (body: object) => (await desk.ask('/api/v1/auth/password-strength', { body })).body
  expect(await hint({ password: 'password1234' })).toMatchObject({ score: 0, accepted: false })
  expect(await hint({ password: '' })).toMatchObject({ score: 0, accepted: false })
  expect(await hint({ password: PASSWORD })).toMatchObject({ score: 4, accepted: true, hint: 'Strong.' })
})

test('the sign-in page learns what it can offer', async () => {
  await desk.join()
  const ways = async (host: string) => (await desk.ask('/api/v1/auth/ways', { headers: { host } })).body
  expect(await ways('localhost:7400')).toEqual({
    password: true,
    passkeys: true,
    firstStart: false,
    passwordMinimum: 12,
  })
  expect(await ways('192.0.2.1:7400')).toMatchObject({ passkeys: false })
})
