// Every route, with what fits and what does not: nothing a client sends may make a 500, and every refusal is a problem.
import { randomUUID } from 'node:crypto'
import { Problem } from '@bellwether/contract/problem'
import fc from 'fast-check'
import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, everywhere, type TestApp } from './testing.ts'

interface Schema {
  [key: string]: unknown
}
interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  schema: Schema
}
interface Operation {
  method: string
  path: string
  parameters: Parameter[]
  body: Schema | undefined
  bodyType: string
}

const SEED = Number(process.env.BELLWETHER_FUZZ_SEED ?? 20_261_120)
/** On a machine that is busy with other things the last operations get less, so that the whole ends in time. */
const BRIEF_AFTER = 40_000
/** Requests for each operation and each authority. */
const RUNS = Number(process.env.BELLWETHER_FUZZ_RUNS ?? 24)

let app: TestApp
let lines: string[] = []
beforeAll(async () => {
  app = await createTestApp({
    config: { logLevel: 'error', trustProxy: 1 },
    logSink: { write: (line) => void lines.push(line) },
  })
})
afterAll(() => app.close())

/** Nobody, somebody unknown, somebody with few rights, and somebody who may do all, each in a session of their own. */
const authorities = async (): Promise<Record<string, string>[]> => [
  {},
  { authorization: 'Bearer not.a.token' },
  { authorization: await app.authorizationOf({ ...everywhere('viewer'), sessionId: randomUUID() }) },
  {
    authorization: await app.authorizationOf({
      ...everywhere('super_admin'),
      id: randomUUID(),
      sessionId: randomUUID(),
      confirmedAt: new Date(),
    }),
  },
]

async function operations(): Promise<Operation[]> {
  const api = (await app.gateway.inject('/api/openapi.json')).json()
  const follow = (node: Schema): Schema =>
    typeof node.$ref === 'string'
      ? (node.$ref
          .slice(2)
          .split('/')
          .reduce((at: unknown, key) => (at as Schema)[key], api) as Schema)
      : node
  const resolve = (node: unknown, depth = 0): unknown => {
    if (Array.isArray(node)) return node.map((item) => resolve(item, depth))
    if (typeof node !== 'object' || node === null) return node
    if (depth > 12) return {}
    return Object.fromEntries(
      Object.entries(follow(node as Schema)).map(([key, held]) => [key, resolve(held, depth + 1)]),
    )
  }
  return Object.entries(api.paths as Record<string, Record<string, Schema>>).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => {
      const content = (operation.requestBody as { content?: Record<string, { schema: Schema }> } | undefined)?.content
      return {
        method: method.toUpperCase(),
        path,
        parameters: resolve(operation.parameters ?? []) as Parameter[],
        body: content?.['application/json'] && (resolve(content['application/json'].schema) as Schema),
        bodyType: 'application/json',
      }
    }),
  )
}

const HOSTILE = [
  '',
  ' ',
  '\0',
  '\u0000x',
  '\ud800',
  '%00',
  '../../etc/passwd',
  "' or 1=1 --",
  '{{7*7}}',
  '<script>',
  'null',
  'undefined',
  'NaN',
  '-1',
  '1e400',
  '99999999999999999999',
  '0x10',
  'true',
  '[]',
  '{}',
  'a'.repeat(3000),
  '\u202e',
  '💥'.repeat(50),
  '2026-13-45T99:99:99Z',
  '0000-01-01T00:00:00Z',
  '275760-09-13T00:00:00.001Z',
  '9999-12-31T23:59:59.999+14:00',
  '00000000-0000-0000-0000-000000000000',
  'W10=',
  'WyJhIl0',
  '__proto__',
  'constructor',
]
const hostileText = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 40 }))
const anything = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(null, true, 0, -0, -1, 2 ** 31, 2 ** 53, 1e308, -1e-308, [], {}, [[]], { a: { b: 1 } }),
  fc.jsonValue({ maxDepth: 3 }),
)

/** A value that fits the shape, or nearly. */
function fitting(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  if (depth > 8) return fc.constant(null)
  if ('const' in schema) return fc.constant(schema.const)
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as unknown[]))
  const choices = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined
  if (choices) return fc.oneof(...choices.map((choice) => fitting(choice, depth + 1)))
  if (schema.type === 'object' || schema.properties) return fittingObject(schema, depth)
  if (schema.type === 'array') return fc.array(fitting((schema.items as Schema) ?? {}, depth + 1), { maxLength: 3 })
  if (schema.type === 'boolean') return fc.boolean()
  if (schema.type === 'integer' || schema.type === 'number') return fittingNumber(schema)
  if (schema.type === 'string') return fittingText(schema)
  return anything
}

function fittingObject(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>)
  const shapes = Object.fromEntries(
    properties.map(([name, held]) => [
      name,
      fc.oneof({ weight: 9, arbitrary: fitting(held, depth + 1) }, { weight: 1, arbitrary: anything }),
    ]),
  )
  const required = ((schema.required ?? []) as string[]).filter((name) => name in shapes)
  return fc.record(shapes, { requiredKeys: required })
}

const fittingNumber = (schema: Schema): fc.Arbitrary<number> => {
  const [min, max] = [Number(schema.minimum ?? -1000), Number(schema.maximum ?? 1_000_000)]
  return schema.type === 'integer'
    ? fc.integer({ min: Math.max(min, -(2 ** 31)), max: Math.min(max, 2 ** 31 - 1) })
    : fc.double({ min, max, noNaN: true })
}

function fittingText(schema: Schema): fc.Arbitrary<string> {
  if (schema.format === 'uuid') return fc.uuid()
  if (schema.format === 'date-time')
    return fc
      .date({ noInvalidDate: true, min: new Date('1900-01-01'), max: new Date('2200-01-01') })
      .map((date) => date.toISOString())
  if (schema.format === 'email') return fc.emailAddress()
  if (schema.format === 'uri') return fc.webUrl()
  const known = fc.constantFrom('business', 'UTC', 'Europe/Berlin', 'calendar:read', 'x', 'Ada')
  const free = fc.string({
    minLength: Number(schema.minLength ?? 0),
    maxLength: Math.min(Number(schema.maxLength ?? 30), 60),
  })
  if (typeof schema.pattern !== 'string') return fc.oneof(known, free)
  try {
    return fc.oneof(fc.stringMatching(new RegExp(schema.pattern, 'u'), { maxLength: 80 }), known)
  } catch {
    return fc.oneof(known, free) // a pattern the generator cannot read
  }
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

/** One request: parameters and body mostly fit, now and then they do not at all. */
function requestTo({ method, path, parameters, body, bodyType }: Operation): fc.Arbitrary<InjectOptions> {
  const values = fc.record(
    Object.fromEntries(
      parameters.map(({ name, schema }) => [
        name,
        fc.oneof({ weight: 3, arbitrary: fitting(schema) }, { weight: 1, arbitrary: hostileText }),
      ]),
    ),
    { requiredKeys: parameters.filter((one) => one.in === 'path').map(({ name }) => name) },
  ) as fc.Arbitrary<Record<string, unknown>>
  const payload = fc.oneof(
    {
      weight: 6,
      arbitrary: (body ? fitting(body) : fc.constant(undefined)).map((value) =>
        value === undefined ? undefined : JSON.stringify(value),
      ),
    },
    { weight: 1, arbitrary: anything.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: hostileText },
  )
  const type = fc.oneof(
    { weight: 12, arbitrary: fc.constant(bodyType) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'text/plain',
        'application/xml',
        'multipart/form-data; boundary=x',
        'application/json; charset=utf-16',
        'nonsense',
        'application/x-www-form-urlencoded',
      ),
    },
  )
  const more = fc.record(
    {
      'if-match': fc.constantFrom('"1"', '*', 'W/"x"', '"', '\\'),
      'if-none-match': fc.constantFrom('*', '"1"', ',,,', 'W/'),
      'idempotency-key': fc.constantFrom('k', '"k"', ' ', 'x'.repeat(300)),
      cookie: fc.constantFrom('a=1', 'bw_access=x; bw_refresh=y', '=;;=', '%%%=%zz'),
      'x-bellwether': fc.constantFrom('1', '0'),
      origin: fc.constantFrom('http://localhost:80', 'null', 'https://evil.example'),
      traceparent: fc.constantFrom('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', '00-zz'),
      accept: fc.constantFrom('*/*', 'text/html', 'application/xml', ''),
      'accept-encoding': fc.constantFrom('br', 'gzip;q=0', 'nonsense', '*'),
      'last-event-id': fc.constantFrom('x', ''),
      range: fc.constantFrom('bytes=0-1', 'bytes=9-1'),
    },
    { requiredKeys: [] },
  )
  return fc
    .tuple(values, payload, type, more, fc.option(hostileText, { freq: 8, nil: undefined }))
    .map(([given, sent, contentType, headers, extra]) => {
      let url = path
      const query = new URLSearchParams()
      for (const { name, in: place } of parameters) {
        const value = given[name]
        if (value === undefined) continue
        if (place === 'path') url = url.replace(`{${name}}`, encodeURIComponent(asText(value).toWellFormed()))
        if (place === 'query') query.append(name, asText(value).toWellFormed())
      }
      if (extra !== undefined) query.append(extra.toWellFormed(), extra.toWellFormed())
      const text = query.size > 0 ? `?${query}` : ''
      const hasBody = method !== 'GET' && sent !== undefined
      return {
        method: method as 'GET',
        url: url + text,
        headers: { ...headers, ...(hasBody ? { 'content-type': contentType } : {}) },
        ...(hasBody ? { payload: sent } : {}),
      }
    })
}

/** Streams do not end by themselves. */
const ENDLESS = new Set(['/api/v1/live'])
/** Refusals in the form of OpenFeature's own protocol. */
const FOREIGN = /^\/ofrep\//

let address = 0
const statuses = new Map<number, number>()

async function attempt(request: InjectOptions, authority: Record<string, string>): Promise<void> {
  // From another address each time, so that limits do not hide what is behind them.
  address += 1
  const from = `10.${(address >> 16) & 255}.${(address >> 8) & 255}.${address & 255}`
  const response = await app.gateway.inject({
    ...request,
    headers: { ...request.headers, ...authority, 'x-forwarded-for': from },
  })
  statuses.set(response.statusCode, (statuses.get(response.statusCode) ?? 0) + 1)
  const { statusCode: status, body } = response
  const isProblem =
    FOREIGN.test(String(request.url)) ||
    (/^application\/problem\+json/.test(String(response.headers['content-type'])) &&
      Problem.safeParse(safeJson(body)).success)
  if (status !== 500 && (status < 400 || isProblem)) return
  const asked = `${request.method} ${String(request.url).slice(0, 300)} ${JSON.stringify(request.headers)} ${String(request.payload).slice(0, 500)}`
  throw new Error(`${asked} → ${status} ${body.slice(0, 300)}\n${lines.slice(-1).join('').slice(0, 1500)}`)
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // the caller says so
  }
}

test('no request makes a 500, and every refusal is a problem', { timeout: 58_000 }, async () => {
  const all = (await operations()).filter(({ path }) => !ENDLESS.has(path))
  expect(all.length).toBeGreaterThan(10)
  const failures: string[] = []
  const began = performance.now()
  for (const operation of all) {
    lines = []
    for (const [index, authority] of (await authorities()).entries()) {
      const found = await fc.check(
        fc.asyncProperty(requestTo(operation), (request) => attempt(request, authority)),
        {
          seed: SEED + index,
          numRuns: performance.now() - began > BRIEF_AFTER ? 2 : index < 2 ? Math.ceil(RUNS / 4) : RUNS,
          endOnFailure: true,
        },
      )
      const { errorInstance } = found as { errorInstance?: Error }
      if (found.failed) failures.push(`${operation.method} ${operation.path}: ${errorInstance?.message ?? 'failed'}`)
    }
  }
  expect(failures.join('\n\n')).toBe('')
  // The requests went through the door and not only against it.
  for (const status of [200, 400, 401, 403, 404, 415])
    expect(statuses.get(status) ?? 0, `answers ${status}`).toBeGreaterThan(20)
})
