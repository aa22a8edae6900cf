import { resetPassword, resetSecondFactor } from '@bellwether/contract/platform/user'
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDesk, type Desk, PASSWORD, sqlOf, tokensOf } from '../test-kit.ts'
import { canonical, newRecoveryCodes } from './recovery.ts'
import { stepOf } from './totp.ts'

let desk: Desk
beforeAll(async () => {
  desk = await createDesk()
})
afterAll(() => desk.close())

const codeOf = (secret: string, seconds = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: desk.clock.at.getTime() + seconds * 1000 })

/** A person with an authenticator app. */
async function enrolled() {
  const person = await desk.join()
  const begun = (await desk.ask('/api/v1/me/second-factor/totp/begin', { body: {}, bearer: person.accessToken })).body
  const secret = String(begun.secret)
  const enable = { body: { otp: codeOf(secret) }, bearer: person.accessToken }
  const { body } = await desk.ask('/api/v1/me/second-factor/totp', enable)
  desk.advance(60)
  return { ...person, secret, uri: String(begun.uri), codes: body.recoveryCodes as string[] }
}

test('codes are those of RFC 6238, one step before and after as well', () => {
  const secret = Secret.fromLatin1('12345678901234567890').base32
  // Appendix B, the last six of its eight digits: 59 s is step 1, 1111111109 s is step 37037036.
  expect(stepOf(secret, '287082', new Date(59_000))).toBe(1)
  expect(stepOf(secret, '081804', new Date(1_111_111_109_000))).toBe(37_037_036)
  expect(stepOf(secret, '287082', new Date(60_000))).toBe(1)
  expect(stepOf(secret, '287082', new Date(29_000))).toBe(1)
  expect(stepOf(secret, '287082', new Date(90_000))).toBeUndefined()
  expect(stepOf(secret, '287083', new Date(59_000))).toBeUndefined()
})

test('with an authenticator app a sign-in asks for its code, and the same request with it goes through', async () => {
  const { email, secret, uri, codes } = await enrolled()
  expect(uri).toMatch(/^otpauth:\/\/totp\/Bellwether:/)
  expect(codes.length).toBe(10)
  const missing = await desk.signIn(email)
  expect(missing).toMatchObject({ status: 401, body: { code: 'unauthenticated', errors: [{ path: 'body.otp' }] } })
  const wrong = await desk.signIn(email, { otp: codeOf(secret, 3600) })
  expect(wrong).toMatchObject({ status: 401, body: { errors: [{ path: 'body.otp' }] } })
  expect((await desk.signIn(email, { otp: codeOf(secret) })).status).toBe(200)
  expect((await desk.signIn(email, { password: 'wrong', otp: codeOf(secret, 30) })).body.errors).toBeUndefined()
})

test('a code works once, and none that is older than the last one used', async () => {
  const { email, secret } = await enrolled()
  const otp = codeOf(secret)
  const both = await Promise.all([desk.signIn(email, { otp }), desk.signIn(email, { otp })])
  expect(both.map(({ status }) => status).sort()).toEqual([200, 401])
  expect((await desk.signIn(email, { otp: codeOf(secret, -30) })).status).toBe(401)
  desk.advance(30)
  expect((await desk.signIn(email, { otp: codeOf(secret) })).status).toBe(200)
})

test('each recovery code works once, however it is typed', async () => {
  const { email, accessToken, codes, secret } = await enrolled()
  const [first = '', second = ''] = codes
  expect(first).toMatch(/^([0-9A-HJKMNP-TV-Z]{6}-){3}[0-9A-HJKMNP-TV-Z]{6}$/)
  expect((await desk.signIn(email, { otp: first.toLowerCase().replaceAll('-', ' ') })).status).toBe(200)
  expect((await desk.signIn(email, { otp: first })).status).toBe(401)
  const shown = await desk.ask('/api/v1/me/second-factor', { bearer: accessToken })
  expect(shown.body).toMatchObject({
    required: true,
    passkeys: 0,
    recoveryCodesLeft: 9,
    totp: { since: expect.any(String) },
  })
  await desk.ask('/api/v1/auth/confirm', { body: { otp: codeOf(secret) }, bearer: accessToken })
  const renewed = await desk.ask('/api/v1/me/second-factor/recovery-codes', { body: {}, bearer: accessToken })
  expect((renewed.body.recoveryCodes as string[]).length).toBe(10)
  expect((await desk.signIn(email, { otp: second })).status).toBe(401)
})

test('the secret lies sealed and the codes hashed', async () => {
  const { id, secret, codes } = await enrolled()
  const rows = [
    ...(await sqlOf<{ row: string }>(
      desk.app,
      'select to_jsonb(a)::text as row from platform.account a where id = $1',
      [id],
    )),
    ...(await sqlOf<{ row: string }>(desk.app, 'select to_jsonb(r)::text as row from platform.recovery_code r')),
  ]
  expect(rows.length).toBeGreaterThan(10)
  for (const { row } of rows) for (const open of [secret, ...codes]) expect(row.includes(open)).toBe(false)
})

test('a sealed secret moved to another account does not open', async () => {
  const one = await enrolled()
  const two = await enrolled()
  await sqlOf(
    desk.app,
    'update platform.account set totp_sealed = (select totp_sealed from platform.account where id = $1), totp_step = null where id = $2',
    [one.id, two.id],
  )
  expect((await desk.signIn(two.email, { otp: codeOf(one.secret) })).status).not.toBe(200)
})

test('setting up needs a fresh confirmation and a code that fits, and there is one app at a time', async () => {
  const { accessToken, email } = await desk.join()
  const enable = (otp: string) => desk.ask('/api/v1/me/second-factor/totp', { body: { otp }, bearer: accessToken })
  const begin = () => desk.ask('/api/v1/me/second-factor/totp/begin', { body: {}, bearer: accessToken })
  expect((await enable('123456')).status).toBe(409)
  const secret = String((await begin()).body.secret)
  expect(await enable(codeOf(secret, 7200))).toMatchObject({ status: 400, body: { errors: [{ path: 'body.otp' }] } })
  expect((await desk.signIn(email)).status).toBe(200)
  expect((await enable(codeOf(secret))).status).toBe(200)
  expect((await begin()).status).toBe(409)
  desk.advance(601)
  expect(
    (await desk.ask('/api/v1/me/second-factor/totp', { method: 'DELETE', bearer: accessToken })).body,
  ).toMatchObject({
    code: 'step_up_required',
  })
})

test('with a factor set, the password no longer confirms; without one it does', async () => {
  const plain = await desk.join()
  const confirm = (bearer: string, body: object) => desk.ask('/api/v1/auth/confirm', { body, bearer })
  desk.advance(601)
  expect((await confirm(plain.accessToken, { password: 'wrong' })).status).toBe(401)
  expect((await confirm(plain.accessToken, { password: PASSWORD })).body).toEqual({
    confirmedUntil: new Date(desk.clock.at.getTime() + 600_000).toISOString(),
  })
  const guarded = await enrolled()
  expect((await confirm(guarded.accessToken, { password: PASSWORD })).status).toBe(403)
  expect((await confirm(guarded.accessToken, { otp: codeOf(guarded.secret) })).status).toBe(200)
  for (const body of [{}, { password: 'x', otp: '123456' }])
    expect((await confirm(plain.accessToken, body)).status).toBe(400)
})

test('a stolen session cannot guess the password by confirming', async () => {
  const { accessToken } = await desk.join()
  const statuses: number[] = []
  for (let turn = 0; turn < 7; turn++)
    statuses.push(
      (await desk.ask('/api/v1/auth/confirm', { body: { password: `guess ${turn}` }, bearer: accessToken })).status,
    )
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429])
})

test('a link for a new password does not go round the second factor, and asking for it does not use the link up', async () => {
  const { id, accessToken, secret } = await enrolled()
  const link = await desk.app.ask(resetPassword, { params: { id }, body: {} }, desk.root())
  const body = { token: link.path.split('#token=')[1], password: 'another-Long-phrase-77' }
  const accept = (otp?: string) => desk.ask('/api/v1/auth/link/accept', { body: { ...body, ...(otp ? { otp } : {}) } })
  expect(await accept()).toMatchObject({ status: 401, body: { errors: [{ path: 'body.otp' }] } })
  expect(await accept(codeOf(secret, 7200))).toMatchObject({ status: 401, body: { errors: [{ path: 'body.otp' }] } })
  expect((await desk.ask('/api/v1/me', { bearer: accessToken })).status).toBe(200)
  expect((await accept(codeOf(secret))).status).toBe(200)
  expect((await desk.ask('/api/v1/me', { bearer: accessToken })).status).toBe(401)
})

test('an administrator takes lost factors away; the sessions end and the next sign-in asks for the password alone', async () => {
  const { id, email, accessToken } = await enrolled()
  const user = await desk.app.ask(resetSecondFactor, { params: { id }, body: {} }, desk.root())
  expect(user.secondFactor).toBe(false)
  expect((await desk.ask('/api/v1/me', { bearer: accessToken })).status).toBe(401)
  expect(tokensOf((await desk.signIn(email)).body).accessToken).not.toBe('')
  expect(await desk.app.refused(resetSecondFactor, { params: { id }, body: {} }, desk.root())).toMatchObject({
    status: 409,
  })
})

test('recovery codes carry 120 bits and read the same in any form', () => {
  const codes = newRecoveryCodes()
  expect(new Set(codes).size).toBe(10)
  expect(canonical('o0il-1a bc')).toBe('001 1 1ABC'.replaceAll(' ', ''))
})
