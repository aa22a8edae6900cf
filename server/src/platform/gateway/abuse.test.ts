// The items of the OWASP API Security Top 10 (2023) that the door answers for; identity's are tested with identity.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { signIn } from '@bellwether/contract/platform/session'
import { addCalendarEntry, listCalendar } from '@bellwether/contract/sentinel/calendar'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestApp, everywhere, type TestApp } from '../../testing.ts'

let app: TestApp
beforeAll(async () => {
  app = await createTestApp({ config: { ratePerMinute: 120, trustProxy: 1 } })
})
afterAll(() => app.close())

const json = { 'content-type': 'application/json' }
let address = 0
/** Each test calls from an address of its own. */
const fresh = () => {
  address += 1
  return { 'x-forwarded-for': `198.51.100.${address}` }
}

describe('API4 unrestricted resource consumption', () => {
  test('one address cannot ask without end, and lying about where it comes from does not help', async () => {
    const from = fresh()
    const answers: number[] = []
    for (let index = 0; index < 200; index++) {
      const forged = {
        'x-forwarded-for': `10.0.0.${index}, ${from['x-forwarded-for']}`,
        'x-real-ip': `10.0.1.${index}`,
        forwarded: `for=10.0.2.${index}`,
      }
      answers.push((await app.gateway.inject({ url: '/api/v1/health', headers: forged })).statusCode)
    }
    expect(answers.filter((status) => status === 200).length).toBeLessThanOrEqual(120)
    expect(answers.at(-1)).toBe(429)
  })

  test('a caller has one quota over all addresses, and addresses that do not exist count too', async () => {
    const authorization = await app.authorizationOf(everywhere('viewer'))
    const answers: number[] = []
    for (let index = 0; index < 150; index++)
      answers.push(
        (await app.gateway.inject({ url: listCalendar.path, headers: { authorization, ...fresh() } })).statusCode,
      )
    expect(answers.filter((status) => status === 200).length).toBeLessThanOrEqual(120)
    const from = fresh()
    let last = 0
    for (let index = 0; index < 600; index++)
      last = (await app.gateway.inject({ url: `/nothing-${index}`, headers: from })).statusCode
    expect(last).toBe(429)
  })

  test('guessing credentials is slowed by address before it costs a look-up without end', async () => {
    const from = fresh()
    const answers: number[] = []
    for (let index = 0; index < 100; index++)
      answers.push(
        (
          await app.gateway.inject({
            url: listCalendar.path,
            headers: { authorization: `Bearer bw_guess_${index}`, ...from },
          })
        ).statusCode,
      )
    expect(new Set(answers)).toEqual(new Set([401, 429]))
    expect(answers.filter((status) => status === 401).length).toBeLessThanOrEqual(60)
  })

  test.each([
    ['a body beyond the limit', 'x'.repeat(1_100_000), 413],
    ['a list of a million', `{"title":[${'1,'.repeat(400_000)}1]}`, 400],
    ['a thousand levels', `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`, 400],
    [
      'ten thousand unknown fields',
      JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`f${at}`, at]))),
      400,
    ],
    ['a number of a thousand digits', `{"hoursBefore":${'9'.repeat(1000)}}`, 400],
  ])('%s is refused quickly, with a short answer', async (_, payload, status) => {
    const headers = {
      ...json,
      ...fresh(),
      authorization: await app.authorizationOf({ ...everywhere('analyst'), id: crypto.randomUUID() }),
    }
    const began = performance.now()
    const response = await app.gateway.inject({ method: 'POST', url: addCalendarEntry.path, headers, payload })
    expect(response.statusCode).toBe(status)
    expect(response.body.length).toBeLessThan(20_000)
    expect(performance.now() - began).toBeLessThan(3000)
  })

  test('a page of a list is bounded', async () => {
    const who = { ...everywhere('viewer'), id: crypto.randomUUID() }
    for (const limit of [0, -1, 501, 1e9, 'all'])
      expect(await app.refused(listCalendar, { query: { limit: limit as number } }, who)).toMatchObject({
        status: 400,
        errors: [{ path: 'query.limit' }],
      })
  })
})

describe('API6 unrestricted access to sensitive business flows', () => {
  test('signing in by machine is slowed for one address, whoever it tries to be', async () => {
    const from = fresh()
    const answers: number[] = []
    for (let index = 0; index < 90; index++)
      answers.push(
        (
          await app.gateway.inject({
            method: 'POST',
            url: signIn.path,
            headers: { ...json, ...from },
            payload: { email: `a${index}@b.example`, password: 'guess' },
          })
        ).statusCode,
      )
    expect(answers.at(-1)).toBe(429)
    expect(answers).not.toContain(500)
  })
})

describe('API7 server-side request forgery', () => {
  test('only the rooms that speak to a named outside service can make a request at all', () => {
    const source = join(import.meta.dirname, '../..')
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !/^test/.test(file),
    )
    const callers = files.filter((file) =>
      /\bfetch\(|from 'undici'|from 'node:https?'|https?\.request\(/.test(withoutComments(join(source, file))),
    )
    // `http` here is types, status names and the server itself; identity speaks to the OpenID provider of the
    // configuration, the doctor to the server on this machine.
    expect(
      callers.filter(
        (file) => !/^platform\/(gateway\/(http|problems)|identity|telemetry|resilience)|^doctor\.ts$/.test(file),
      ),
    ).toEqual([])
  })

  test('no address given by a caller is followed', async () => {
    const asked: string[] = []
    const authorization = await app.authorizationOf({ ...everywhere('super_admin'), id: crypto.randomUUID() })
    for (const url of [
      'http://169.254.169.254/latest/meta-data',
      'http://127.0.0.1:22',
      'file:///etc/passwd',
      'gopher://x',
    ]) {
      const body = { title: url, kind: 'event', entity: url, zone: url, startsAt: url, endsAt: url }
      const response = await app.gateway.inject({
        method: 'POST',
        url: addCalendarEntry.path,
        headers: { authorization, ...json, host: '169.254.169.254' },
        payload: body,
      })
      asked.push(`${response.statusCode}`)
    }
    expect(asked).toEqual(['400', '400', '400', '400'])
  })
})

const withoutComments = (file: string): string =>
  statSync(file).isFile() ? readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '') : ''

describe('API8 security misconfiguration', () => {
  test('no answer says what the server is made of, or how it failed', async () => {
    const answers = await Promise.all(
      [
        { url: '/api/v1/health' },
        { url: '/api/v1/nothing' },
        { url: '/%zz' },
        { url: `/api/v1/calendar/entries/${'x'.repeat(600)}` },
        { method: 'POST' as const, url: signIn.path, headers: json, payload: '{' },
        { url: '/api/v1/calendar/entries', headers: { authorization: 'Bearer x' } },
      ].map((request) => app.gateway.inject({ ...request, headers: { ...request.headers, ...fresh() } })),
    )
    for (const { headers, body } of answers) {
      expect(headers['x-powered-by']).toBeUndefined()
      expect(headers.server).toBeUndefined()
      expect(body).not.toMatch(/node_modules|at .*\.ts:\d|fastify|FST_|postgres|kysely|stack/i)
    }
  })

  test('methods, content types and origins beyond those needed are closed', async () => {
    const trace = await app.gateway.inject({
      method: 'TRACE' as 'GET',
      url: '/api/v1/health',
      headers: { ...fresh(), cookie: 'secret=1' },
    })
    expect([trace.statusCode, trace.body.includes('secret')]).toEqual([405, false])
    const overridden = await app.gateway.inject({
      url: listCalendar.path,
      headers: { 'x-http-method-override': 'DELETE', ...fresh() },
    })
    expect(overridden.statusCode).toBe(401)
    const simple = await app.gateway.inject({
      method: 'POST',
      url: signIn.path,
      headers: { 'content-type': 'text/plain', ...fresh() },
      payload: '{"email":"a@b.example","password":"x"}',
    })
    expect(simple.statusCode).toBe(415)
    const origin = { origin: 'https://evil.example', 'access-control-request-method': 'POST', ...fresh() }
    const preflight = await app.gateway.inject({ method: 'OPTIONS', url: signIn.path, headers: origin })
    expect(Object.keys(preflight.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  test('what a caller sends is not played back into a header', async () => {
    const response = await app.gateway.inject({
      url: '/livez',
      headers: { 'x-request-id': 'a\tb', traceparent: '00-x', ...fresh() },
    })
    expect(response.headers['x-request-id']).not.toContain('\t')
    expect(response.headers.traceparent).toBeUndefined()
  })

  test('answers about callers are never kept by caches on the way', async () => {
    const who = { ...everywhere('super_admin'), id: crypto.randomUUID() }
    const authorization = await app.authorizationOf(who)
    const { paths } = (await app.gateway.inject({ url: '/api/openapi.json', headers: fresh() })).json<{
      paths: Record<string, { get?: { parameters?: { in: string; required?: boolean }[]; 'x-permission': string } }>
    }>()
    const plain = Object.entries(paths).filter(
      ([path, { get }]) => get && !path.includes('{') && get['x-permission'] !== 'public',
    )
    for (const [url] of plain) {
      const { headers } = await app.gateway.inject({ url, headers: { authorization, ...fresh() } })
      expect(String(headers['cache-control']), url).toMatch(/no-store|private, no-cache/)
    }
    expect(plain.length).toBeGreaterThan(5)
  })
})

describe('API9 improper inventory management', () => {
  /** Not of the API: the socket (described by AsyncAPI) and the web app. */
  const OTHER = new Set(['GET /ws', 'HEAD /ws', 'GET /', 'HEAD /', 'GET /*', 'HEAD /*'])

  test('every mounted route is in the document, and nothing is there that is not mounted', async () => {
    const document = (await app.gateway.inject({ url: '/api/openapi.json', headers: fresh() })).json<{
      paths: Record<string, object>
    }>()
    const described = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const mounted = app.gateway.routes.map(
      ({ endpoint: { method, path } }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`,
    )
    expect([...described].sort()).toEqual([...mounted].sort())
    const real = app.gateway.served().map((route) => route.replace(/:(\w+)/g, '{$1}'))
    const unknown = real.filter((route) => !OTHER.has(route) && !described.includes(route.replace(/^HEAD /, 'GET ')))
    expect(unknown).toEqual([])
    expect(real).toEqual(expect.arrayContaining([...mounted, 'GET /ws']))
  })

  test('there is one version of the API, and it is the one described', async () => {
    const { paths } = (await app.gateway.inject({ url: '/api/openapi.json', headers: fresh() })).json<{
      paths: object
    }>()
    expect([...new Set(Object.keys(paths).flatMap((path) => /^\/api\/(v\d+)/.exec(path)?.[1] ?? []))]).toEqual(['v1'])
    expect((await app.gateway.inject({ url: '/api/v0/health', headers: fresh() })).statusCode).toBe(404)
  })
})

describe('API10 unsafe consumption of APIs', () => {
  test('the database is believed no more than a client: its refusal of a value is an answer, not a failure', async () => {
    const who = { ...everywhere('analyst'), id: crypto.randomUUID() }
    const body = {
      title: 'x',
      kind: 'event',
      zone: 'UTC',
      startsAt: '0001-01-01T00:00:00Z',
      endsAt: '9999-12-31T23:59:59Z',
    } as const
    const { status } = await app.send(addCalendarEntry, { body }, who)
    expect([201, 400]).toContain(status)
  })
})
