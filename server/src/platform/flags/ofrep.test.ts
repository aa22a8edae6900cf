import { addFlag, type NewFlag, switchFlag } from '@bellwether/contract/platform/flags'
import { OFREPProvider } from '@openfeature/ofrep-provider'
import { type Client, OpenFeature } from '@openfeature/server-sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { z } from 'zod'
import { createTestApp, everywhere, type TestApp } from '../../testing.ts'

let app: TestApp
let address: string
let authorization: string
let client: Client
const root = everywhere('super_admin')
const flag = { kind: 'boolean', on: true, owner: 'ada', percent: 100 } as const
const FLAGS: z.input<typeof NewFlag>[] = [
  { ...flag, key: 'yes' },
  { ...flag, key: 'half', percent: 50 },
  { ...flag, key: 'dark', on: false },
  { ...flag, key: 'gold', percent: 0, rules: [{ when: [{ attribute: 'plan', operator: 'equals', value: 'gold' }] }] },
  { ...flag, key: 'colour', kind: 'variant', variants: [{ name: 'red', value: '#f00' }], otherwise: 'red' },
  { ...flag, key: 'limit', kind: 'variant', variants: [{ name: 'few', value: 2.5 }] },
  { ...flag, key: 'layout', kind: 'variant', variants: [{ name: 'wide', value: { columns: 3 } }] },
  { ...flag, key: 'yours', kind: 'variant', percent: 0, variants: [{ name: 'a', value: 'a' }] },
]

beforeAll(async () => {
  app = await createTestApp()
  for (const body of FLAGS) await app.ask(addFlag, { body }, root)
  address = await app.gateway.listen({ host: '127.0.0.1', port: 0 })
  authorization = await app.authorizationOf({ ...everywhere('viewer'), kind: 'key', scopes: ['flag:execute'] })
  await OpenFeature.setProviderAndWait(
    new OFREPProvider({ baseUrl: address, headers: { Authorization: authorization } }),
  )
  client = OpenFeature.getClient()
})
afterAll(async () => {
  await OpenFeature.close()
  await app.close()
})

const keyFor = (scope: 'calendar:read' | 'flag:execute') =>
  app.authorizationOf({ ...root, kind: 'key', scopes: [scope] })
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${address}/ofrep/v1/evaluate/flags${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

test('the OpenFeature SDK gets values of every type with variant and reason', async () => {
  const ada = { targetingKey: 'ada' }
  expect(await client.getBooleanDetails('yes', false, ada)).toMatchObject({
    value: true,
    variant: 'on',
    reason: 'STATIC',
  })
  expect(await client.getBooleanDetails('dark', true, ada)).toMatchObject({ value: false, reason: 'DISABLED' })
  expect(await client.getBooleanDetails('gold', false, { ...ada, plan: 'gold' })).toMatchObject({
    value: true,
    reason: 'TARGETING_MATCH',
  })
  expect(await client.getBooleanDetails('gold', true, ada)).toMatchObject({ value: false, reason: 'DEFAULT' })
  expect(await client.getStringDetails('colour', '', ada)).toMatchObject({ value: '#f00', variant: 'red' })
  expect(await client.getNumberValue('limit', 0, ada)).toBe(2.5)
  expect(await client.getObjectValue('layout', {}, ada)).toEqual({ columns: 3 })
  expect(await client.getStringValue('yours', 'my own', ada)).toBe('my own')
  const values = await Promise.all(
    Array.from({ length: 40 }, (_, index) => client.getBooleanDetails('half', false, { targetingKey: `u${index}` })),
  )
  expect(new Set(values.map(({ value }) => value))).toEqual(new Set([true, false]))
  for (const [index, { value }] of values.entries())
    expect(await app.platform.flags.isOn('half', { targetingKey: `u${index}` }, !value)).toBe(value)
})

test('the OpenFeature SDK understands every failure', async () => {
  expect(await client.getBooleanDetails('nothing', true)).toMatchObject({ value: true, errorCode: 'FLAG_NOT_FOUND' })
  expect(await client.getBooleanDetails('half', true)).toMatchObject({
    value: true,
    errorCode: 'TARGETING_KEY_MISSING',
  })
  expect(await client.getNumberDetails('yes', 7)).toMatchObject({ value: 7, errorCode: 'TYPE_MISMATCH' })
  await OpenFeature.setProviderAndWait('stranger', new OFREPProvider({ baseUrl: address }))
  expect(await OpenFeature.getClient('stranger').getBooleanDetails('yes', false)).toMatchObject({
    value: false,
    reason: 'ERROR',
  })
})

test('a change reaches the SDK at once', async () => {
  await app.ask(switchFlag, { params: { key: 'yes' }, body: { on: false } }, root)
  expect(await client.getBooleanValue('yes', true)).toBe(false)
  await app.ask(switchFlag, { params: { key: 'yes' }, body: { on: true } }, root)
})

test('single evaluation answers in the words of the protocol', async () => {
  const good = await post('/yes', { context: { targetingKey: 'ada' } })
  expect([good.status, await good.json()]).toEqual([
    200,
    { key: 'yes', value: true, variant: 'on', reason: 'STATIC', metadata: { because: 'everybody', owner: 'ada' } },
  ])
  const yours = await post('/yours', {})
  expect(await yours.json()).toEqual({ key: 'yours', reason: 'DEFAULT', metadata: expect.anything() })
  for (const [path, body, status, errorCode] of [
    ['/nothing', {}, 404, 'FLAG_NOT_FOUND'],
    ['/half', {}, 400, 'TARGETING_KEY_MISSING'],
    ['/yes', { context: 7 }, 400, 'PARSE_ERROR'],
    ['/yes', [], 400, 'PARSE_ERROR'],
    ['/yes', { context: { targetingKey: 7 } }, 400, 'INVALID_CONTEXT'],
  ] as const) {
    const answer = await post(path, body)
    expect([answer.status, await answer.json()]).toEqual([
      status,
      { key: path.slice(1), errorCode, errorDetails: expect.any(String) },
    ])
  }
  expect((await post('/yes', {}, { authorization: '' })).status).toBe(401)
  expect((await post('/yes', {}, { authorization: await keyFor('calendar:read') })).status).toBe(403)
  expect((await post('/yes', {}, { authorization: await keyFor('flag:execute') })).status).toBe(200)
  expect((await post('/yes', '{"context"')).status).toBe(400)
})

test('bulk evaluation answers every flag, and 304 until an answer changes', async () => {
  const context = { targetingKey: 'ada' }
  const first = await post('', { context })
  expect([
    first.status,
    ((await first.json()) as { flags: { key: string }[] }).flags.map(({ key }) => key).sort(),
  ]).toEqual([200, FLAGS.map(({ key }) => key).sort()])
  const etag = first.headers.get('etag') ?? ''
  expect(etag).toMatch(/^"[\w-]+"$/)
  const again = await post('', { context }, { 'if-none-match': etag })
  expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag])
  expect((await post('', { context: { ...context, plan: 'gold' } }, { 'if-none-match': etag })).status).toBe(200)
  await app.ask(switchFlag, { params: { key: 'dark' }, body: { on: true } }, root)
  expect((await post('', { context }, { 'if-none-match': etag })).status).toBe(200)
  const failing = (await (await post('', {})).json()) as { flags: { key: string; errorCode?: string }[] }
  expect(failing.flags.filter(({ errorCode }) => errorCode)).toEqual([
    { key: 'half', errorCode: 'TARGETING_KEY_MISSING', errorDetails: expect.any(String) },
  ])
  const broken = await post('', { context: 'x' })
  expect([broken.status, await broken.json()]).toEqual([
    400,
    { errorCode: 'PARSE_ERROR', errorDetails: expect.any(String) },
  ])
})
