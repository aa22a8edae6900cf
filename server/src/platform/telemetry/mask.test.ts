import { randomBytes } from 'node:crypto'
import { endpoint } from '@bellwether/contract/endpoint'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createTestApp, type TestApp } from '../../testing.ts'
import { routes } from '../gateway/index.ts'
import { createLog } from './log.ts'
import { maskShapes } from './mask.ts'

/** Twenty-two kinds of secret, each made anew: what of it must never be read again, and how people come to write it. */
const random = (length: number) => randomBytes(length).toString('base64url').replace(/[-_]/g, 'x').slice(0, length)
const digits = (length: number) => Array.from({ length }, () => Math.floor(Math.random() * 9) + 1).join('')
function card(): string {
  const body = `4${digits(14)}`
  const sum = [...body].reverse().reduce((all, digit, at) => {
    const value = Number(digit) * (at % 2 === 0 ? 2 : 1)
    return all + (value > 9 ? value - 9 : value)
  }, 0)
  return body + ((10 - (sum % 10)) % 10)
}
function iban(): string {
  const account = `5001051${digits(11)}`
  const rest = BigInt(`${account}131400`) % 97n
  return `DE${String(98n - rest).padStart(2, '0')}${account}`
}
const jwt = () => `eyJ${random(20)}.eyJ${random(30)}.${random(40)}`
const KINDS: Record<string, () => { secret: string; text: string }> = {
  password: () => both((s) => `password=${s}`, random(12)),
  'password in JSON': () => both((s) => `{"password":"${s}"}`, random(12)),
  'bearer token': () => both((s) => `Authorization: Bearer ${s}`, random(32)),
  'basic credentials': () => both((s) => `Basic ${s}`, Buffer.from(`ada:${random(12)}`).toString('base64')),
  jwt: () => both((s) => `token ${s} refused`, jwt()),
  'our API key': () => both((s) => `key ${s}`, `bw_${random(12)}_${random(32)}`),
  'refresh token': () => both((s) => `refreshToken: ${s}`, random(43)),
  cookie: () => both((s) => `set-cookie=bw_session=${s}; Path=/`, random(32)),
  'one-time code': () => both((s) => `otp: ${s}`, digits(6)),
  'recovery code': () => both((s) => `recovery code: ${s}`, `${random(5)}-${random(5)}`),
  'otpauth address': () => both((s) => `scan ${s}`, `otpauth://totp/Bellwether:ada?secret=${random(32)}`),
  ticket: () => both((s) => `/ws?ticket=${s}`, random(32)),
  'address with password': () => both((s) => `postgres://bell:${s}@db.example:5432/x`, random(16)),
  'e-mail address': () => both((s) => `mail to ${s} bounced`, `${random(8)}@people.example`),
  'phone number': () => both((s) => `call ${s} now`, `+49 ${digits(3)} ${digits(7)}`),
  'payment card': () => both((s) => `card ${s} declined`, card()),
  iban: () => both((s) => `account ${s} unknown`, iban()),
  'social security number': () => both((s) => `citizen ${s}`, `${digits(3)}-${digits(2)}-${digits(4)}`),
  'private key': () => both((s) => `-----BEGIN PRIVATE KEY-----\n${s}\n-----END PRIVATE KEY-----`, random(64)),
  'password hash': () => both((s) => `hash $argon2id$v=19$m=65536,t=3,p=1$${s}`, `${random(22)}$${random(43)}`),
  'cloud key': () =>
    both(
      (s) => `found ${s} here`,
      `AKIA${random(16)
        .toUpperCase()
        .replace(/[^A-Z\d]/g, 'A')}`,
    ),
  'code host token': () => both((s) => `clone with ${s}`, `ghp_${random(36)}`),
  'chat token': () => both((s) => `post with ${s}`, `xoxb-${digits(11)}-${random(24)}`),
  'payment provider key': () => both((s) => `charge with ${s}`, `sk_live_${random(24)}`),
}
const both = (text: (secret: string) => string, secret: string) => ({ secret, text: text(secret) })

const leaky = endpoint('POST /api/v1/test/leak/:word', {
  can: 'public',
  summary: 'Writes what it is given to the log, as careless code would',
  params: z.object({ word: z.string() }),
  query: z.object({ q: z.string() }),
  body: z.object({ text: z.string() }),
  answers: z.object({}),
})

let lines = ''
let app: TestApp
beforeAll(async () => {
  app = await createTestApp({
    config: { logLevel: 'trace' },
    logSink: {
      write(line) {
        lines += line
      },
    },
    routes: routes((r) =>
      r.on(leaky, ({ params, query, body, headers }) => {
        app.platform.log.info({ params, deep: { list: [{ query }] }, headers }, body.text)
        app.platform.log.error({ err: new Error(`failed: ${body.text}`, { cause: new Error(body.text) }) })
        throw new Error(`cannot handle ${body.text}`)
      }),
    ),
  })
})
afterAll(() => app.close())

test('a hundred secrets of twenty-four kinds, through every way in, leave no trace in the log', async () => {
  const planted: { kind: string; secret: string }[] = []
  for (const [kind, make] of Object.entries(KINDS)) {
    for (let round = 0; round < 5; round++) {
      const { secret, text } = make()
      planted.push({ kind, secret })
      const at = encodeURIComponent(text)
      const header = { 'user-agent': text.replace(/[^\x20-\x7e]/g, ' '), 'x-note': text.replace(/[^\x20-\x7e]/g, ' ') }
      const send = (url: string, payload: string | object) =>
        app.gateway.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json', ...header } })
      await send(`/api/v1/test/leak/${at}?q=${at}`, { text })
      await send(`/api/v1/nothing/${at}?q=${at}`, { text })
      await send(`/api/v1/test/leak/x?q=${at}&${at}=1`, `{"text":"${text}`)
      await app.gateway.inject({
        url: '/api/v1/calendar/entries',
        headers: { authorization: text.replace(/[^\x20-\x7e]/g, ' ') },
      })
    }
  }
  expect(planted.length).toBeGreaterThanOrEqual(100)
  expect(lines.length).toBeGreaterThan(10_000)
  for (const line of lines.trim().split('\n')) JSON.parse(line)
  const leaked = planted.filter(({ secret }) => lines.includes(secret) || lines.includes(encodeURIComponent(secret)))
  expect([...new Set(leaked.map(({ kind }) => kind))]).toEqual([])
})

test('fields are masked by name at any depth, ordinary fields stay', () => {
  const written: string[] = []
  const log = createLog({ logLevel: 'info' }, { write: (text) => void written.push(text) })
  log.info({
    user: { id: 7, newPassword: 'x1', 'x-api-key': 'x2', profile: [{ EMAIL: 'x3', firstName: 'x4' }] },
    cookie: { a: 'x5' },
    tokens: 12,
    path: '/a',
    amount: 4111111111111111,
    when: 1_763_678_400_000,
  })
  const line = written.join('')
  expect(line).not.toMatch(/x[1-5]|4111111111111111/)
  expect(JSON.parse(line)).toMatchObject({ user: { id: 7 }, tokens: 12, path: '/a', when: 1_763_678_400_000 })
})

test('what only looks a little like a secret stays readable', () => {
  for (const text of [
    'sentinel.calendar-changed at 2026-11-27T09:30:00.000Z took 12.5 ms',
    'request 0190a1b2-0000-7000-8000-000000000001 answered 404 for GET /api/v1/calendar/entries/:id',
    'listening on http://127.0.0.1:7400',
    'order 20261127-000123 of 4,711.00 EUR',
  ])
    expect(maskShapes(text)).toBe(text)
})

test('a refusal that is logged never repeats the address it was asked for', async () => {
  lines = ''
  await app.gateway.inject('/api/v1/plain-word-in-address')
  expect(lines).toContain('"route":"(none)"')
  expect(lines).not.toContain('plain-word-in-address')
})
