import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDesk, type Desk, PASSWORD, sqlOf } from '../test-kit.ts'

let desk: Desk
beforeEach(async () => {
  desk = await createDesk()
})
afterEach(() => desk.close())

const ATTACKER = '203.0.113.66'
const wrong = (email: string, ip = ATTACKER) => desk.signIn(email, { password: 'wrong', ip })
async function fail(email: string, times: number, ip = ATTACKER) {
  const statuses: number[] = []
  for (let turn = 0; turn < times; turn++) statuses.push((await wrong(email, ip)).status)
  return statuses
}

test('guessing is slowed down more and more, says when to try again, and a pause forgives', async () => {
  const { email } = await desk.join()
  expect(await fail(email, 5)).toEqual([401, 401, 401, 401, 401])
  const waits: number[] = []
  for (let round = 0; round < 6; round++) {
    const { status, headers } = await wrong(email)
    expect(status).toBe(429)
    waits.push(Number(headers['retry-after']))
    desk.advance(waits[round] ?? 0)
    expect((await wrong(email)).status).toBe(401)
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32])
  expect((await desk.signIn(email, { ip: ATTACKER })).status).toBe(429)
  desk.advance(64)
  expect((await desk.signIn(email, { ip: ATTACKER })).status).toBe(200)
  expect(await fail(email, 5)).toEqual([401, 401, 401, 401, 401])
  desk.advance(3601)
  expect(await fail(email, 5)).toEqual([401, 401, 401, 401, 401])
})

test('while an attacker is held up, the owner signs in from elsewhere without any delay', async () => {
  const { email } = await desk.join()
  await fail(email, 20)
  expect((await wrong(email)).status).toBe(429)
  expect((await desk.signIn(email, { ip: '198.51.100.4' })).status).toBe(200)
  expect((await wrong(email)).status).toBe(429)
})

test('the owner behind the very same address signs in with a browser that is known', async () => {
  const { email } = await desk.join()
  const browser = desk.browser()
  const body = { email, password: PASSWORD }
  expect((await browser.ask('/api/v1/auth/sign-in', { body, ip: ATTACKER })).status).toBe(200)
  await fail(email, 20)
  expect((await desk.signIn(email, { ip: ATTACKER })).status).toBe(429)
  expect((await browser.ask('/api/v1/auth/sign-in', { body, ip: ATTACKER })).status).toBe(200)
  const foreign = await desk.join()
  await fail(foreign.email, 20)
  const other = { email: foreign.email, password: PASSWORD }
  expect((await browser.ask('/api/v1/auth/sign-in', { body: other, ip: ATTACKER })).status).toBe(429)
})

test('an attack from a thousand networks is slowed down too, and still does not lock a known browser out', async () => {
  const { email } = await desk.join()
  const browser = desk.browser()
  await browser.ask('/api/v1/auth/sign-in', { body: { email, password: PASSWORD } })
  const statuses: number[] = []
  for (let network = 0; network < 105; network++) statuses.push((await wrong(email, `10.0.${network}.1`)).status)
  expect(statuses.filter((status) => status === 401).length).toBe(100)
  expect(statuses.slice(100)).toEqual([429, 429, 429, 429, 429])
  expect((await browser.ask('/api/v1/auth/sign-in', { body: { email, password: PASSWORD } })).status).toBe(200)
})

test('one place that tries many accounts is slowed down', async () => {
  const statuses: number[] = []
  for (let turn = 0; turn < 52; turn++) statuses.push((await wrong(`guess-${turn}@people.example`)).status)
  expect(statuses.slice(0, 50)).toEqual(Array(50).fill(401))
  expect(statuses.slice(50)).toEqual([429, 429])
})

test('thirty guesses at the very same moment count as thirty', async () => {
  const { email } = await desk.join()
  const answers = await Promise.all(Array.from({ length: 30 }, () => wrong(email)))
  expect(answers.filter(({ status }) => status === 401).length).toBe(5)
  expect(answers.filter(({ status }) => status === 429).length).toBe(25)
})

test('accounts that exist and accounts that do not are held up alike', async () => {
  const { email } = await desk.join()
  const known = await fail(email, 7, '203.0.113.1')
  const unknown = await fail('nobody@people.example', 7, '203.0.113.2')
  expect(unknown).toEqual(known)
})

test('the table of delays holds no address and no e-mail, and a delay is written down', async () => {
  const { email, id } = await desk.join()
  await fail(email, 6)
  const rows = await sqlOf<{ row: string }>(desk.app, 'select to_jsonb(d)::text as row from platform.sign_in_delay d')
  expect(rows.length).toBeGreaterThan(2)
  for (const { row } of rows) {
    const text = Buffer.from(/"\\\\x([\da-f]+)"/.exec(row)?.[1] ?? '', 'hex').toString()
    expect(row.includes(email) || row.includes(ATTACKER) || text.includes(email)).toBe(false)
  }
  await desk.app.platform.audit.seal()
  const acts = await sqlOf<{ row: string }>(desk.app, 'select to_jsonb(e)::text as row from platform.audit_entry e')
  expect(acts.some(({ row }) => row.includes('session.delay') && row.includes(id))).toBe(true)
})
