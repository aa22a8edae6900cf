import { endpoint } from '@bellwether/contract/endpoint'
import { addCalendarEntry, getCalendarEntry, listCalendar } from '@bellwether/contract/sentinel/calendar'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createTestApp, everywhere, type TestApp } from '../../../testing.ts'
import { createGateway } from '../gateway.ts'
import { answer, routes } from '../routes.ts'

const wire = {
  echo: endpoint('POST /api/v1/test/echo', {
    can: 'public',
    summary: 'Echo',
    body: z.object({
      name: z.string().optional(),
      nested: z.object({ colour: z.string().optional() }).optional(),
      list: z.array(z.union([z.object({ a: z.number() }), z.object({ b: z.number() })])).optional(),
      free: z.record(z.string(), z.unknown()).optional(),
    }),
    answers: z.object({ got: z.unknown() }),
    status: 200,
  }),
  upload: endpoint('POST /api/v1/test/upload', {
    can: 'public',
    summary: 'Upload',
    body: z.instanceof(Buffer),
    accepts: ['text/csv'],
    answers: z.object({ bytes: z.number() }),
    bodyLimit: 64,
  }),
  cookies: endpoint('POST /api/v1/test/cookies', {
    can: 'public',
    summary: 'Cookies',
    answers: z.object({ got: z.record(z.string(), z.string().optional()) }),
  }),
  guarded: endpoint('GET /api/v1/test/guarded', {
    can: 'public',
    summary: 'Guarded field',
    answers: z.object({ open: z.string(), cost: z.number().optional().meta({ can: 'finance:admin' }) }),
  }),
  dangerous: endpoint('POST /api/v1/test/dangerous', {
    can: 'signed-in',
    stepUp: true,
    summary: 'Dangerous',
    answers: z.object({}),
  }),
  broken: endpoint('GET /api/v1/test/broken', { can: 'public', summary: 'Broken', answers: z.object({}) }),
  wrong: endpoint('GET /api/v1/test/wrong', { can: 'public', summary: 'Wrong', answers: z.object({ a: z.string() }) }),
}
const extra = routes((r) => {
  r.on(wire.echo, ({ body }) => ({ got: body }))
  r.on(wire.upload, ({ body }) => ({ bytes: body.length }))
  r.on(wire.cookies, ({ cookies }) =>
    answer(
      { got: { ...cookies } },
      { cookies: { kept: { value: 'a b', maxAgeSeconds: 60 }, gone: { value: undefined } } },
    ),
  )
  r.on(wire.guarded, () => ({ open: 'yes', cost: 7, secret: 'never leaves' }) as { open: string })
  r.on(wire.dangerous, () => ({}))
  r.on(wire.broken, () => {
    throw new Error('the disk at /secret/path is full')
  })
  r.on(wire.wrong, () => ({ a: 1 }) as unknown as { a: string })
})

let app: TestApp
beforeAll(async () => {
  app = await createTestApp({ routes: extra })
})
afterAll(() => app.close())

const json = { 'content-type': 'application/json' }
const post = (url: string, payload: string | Buffer, headers: Record<string, string> = json) =>
  app.gateway.inject({ method: 'POST', url, payload, headers })
const echo = (payload: string | Buffer) => post('/api/v1/test/echo', payload)

test.each([
  ['{"name":"x",}', 'line 1, column 13: expected a quoted field name, found "}"'],
  ['{"name":\n  tru}', 'line 2, column 3: expected a value, found "t"'],
  ['{"name":"x"', 'line 1, column 12: expected "," or "}", found the end'],
  ['{"name":"\\q"}', 'expected an escape such as'],
  ['nope', 'line 1, column 1: expected a value, found "n"'],
])('malformed JSON is refused with its place: %s', async (payload, expected) => {
  const response = await echo(payload)
  expect(response.statusCode).toBe(400)
  expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  expect(response.json().detail).toContain(expected)
})

test.each([
  ['{"free":{"__proto__":{"admin":true}}}', 'body.free'],
  ['{"free":{"\\u005f_proto__":{"admin":true}}}', 'body.free'],
  ['{"free":{"constructor":{"prototype":{"admin":true}}}}', 'body.free'],
  ['{"name":"a\\u0000b"}', 'body.name'],
  ['{"name":"\\ud800"}', 'body.name'],
  [`{"free":{"x":${'['.repeat(100)}${']'.repeat(100)}}}`, 'body.free.x'],
  [Buffer.from('{"name":"\xff"}', 'latin1'), 'body'],
])('what would do harm further in is refused: %s', async (payload, path) => {
  const response = await echo(payload as string)
  expect(response.statusCode).toBe(400)
  expect(response.json().errors[0].path).toContain(path)
  expect(({} as { admin?: boolean }).admin).toBeUndefined()
})

test('an unknown field is refused with the nearest known name, at any depth and in lists of alternatives', async () => {
  const response = await echo('{"nmae":"x","nested":{"color":"red"},"list":[{"a":1},{"c":1}],"free":{"any":1}}')
  expect(response.statusCode).toBe(400)
  expect(response.json().errors).toEqual(
    expect.arrayContaining([
      { path: 'body.nmae', message: 'is not known; did you mean name?' },
      { path: 'body.nested.color', message: 'is not known; did you mean colour?' },
      { path: 'body.list.1.c', message: expect.stringContaining('is not known') },
    ]),
  )
  expect((await echo('{"name":"x","free":{"any":{"thing":1}}}')).json()).toEqual({
    got: { name: 'x', free: { any: { thing: 1 } } },
  })
})

test('an unknown query parameter is refused, not ignored', async () => {
  const problem = await app.refused(listCalendar, { query: { entty: 'x' } as never }, everywhere('viewer'))
  expect(problem.errors).toEqual([{ path: 'query.entty', message: 'is not known; did you mean entity?' }])
})

test('a body of another type is refused with what would be right', async () => {
  const refused = await post('/api/v1/test/echo', '<a/>', { 'content-type': 'text/xml' })
  expect(refused.statusCode).toBe(415)
  expect(refused.json()).toMatchObject({
    code: 'unsupported',
    detail: expect.stringContaining('send application/json'),
  })
  expect(
    (await post('/api/v1/test/echo', '{}', { 'content-type': 'application/json; charset=latin1' })).statusCode,
  ).toBe(415)
  expect((await post('/api/v1/test/echo', '{}', { ...json, 'content-encoding': 'gzip' })).statusCode).toBe(415)
  const csv = { 'content-type': 'text/csv' }
  expect((await post('/api/v1/test/upload', 'a,b\n1,2\n', csv)).json()).toEqual({ bytes: 8 })
  const large = await post('/api/v1/test/upload', 'x'.repeat(65), csv)
  expect(large.json()).toMatchObject({ status: 413, code: 'too_large' })
})

test('an unknown address is a 404, a wrong method a 405 that names the right ones, OPTIONS too', async () => {
  const nothing = await app.gateway.inject('/api/v1/nothing?token=abc')
  expect(nothing.json()).toMatchObject({ status: 404, code: 'not_found' })
  expect(nothing.body).not.toContain('abc')
  const url = '/api/v1/calendar/entries'
  for (const method of ['PUT', 'PATCH', 'DELETE', 'TRACE'] as const) {
    const wrong = await app.gateway.inject({ method: method as 'PUT', url })
    expect([wrong.statusCode, wrong.headers.allow, wrong.json().code]).toEqual([
      405,
      'GET, HEAD, POST, OPTIONS',
      'method_not_allowed',
    ])
  }
  const options = await app.gateway.inject({ method: 'OPTIONS', url })
  expect([options.statusCode, options.headers.allow]).toEqual([204, 'GET, HEAD, POST, OPTIONS'])
  const head = await app.gateway.inject({ method: 'HEAD', url: '/livez' })
  expect([head.statusCode, head.body]).toEqual([200, ''])
})

test('cookies are read, and set so that no script and no other site gets them', async () => {
  const response = await app.gateway.inject({
    method: 'POST',
    url: '/api/v1/test/cookies',
    headers: { cookie: 'a=1; b=%20x', 'x-bellwether': '1', origin: 'http://localhost:80' },
  })
  expect(response.json()).toEqual({ got: { a: '1', b: ' x' } })
  expect(response.headers['set-cookie']).toEqual([
    'kept=a%20b; Max-Age=60; Path=/; HttpOnly; SameSite=Strict',
    'gone=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Strict',
  ])
})

test('over TLS, here or at a proxy in front, cookies travel encrypted only', async () => {
  const behind = await createTestApp({ routes: extra, config: { publicUrl: 'https://desk.example' } })
  const send = (origin: string) =>
    behind.gateway.inject({
      method: 'POST',
      url: '/api/v1/test/cookies',
      headers: { cookie: 'a=1', 'x-bellwether': '1', origin },
    })
  const response = await send('https://desk.example')
  expect(response.headers['set-cookie']).toContain('kept=a%20b; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Strict')
  expect((await send('https://desk.example.evil.example')).statusCode).toBe(403)
  await behind.close()
})

test('a request with cookies that another site could have sent is refused', async () => {
  const send = (headers: Record<string, string>) =>
    app.gateway.inject({ method: 'POST', url: '/api/v1/test/cookies', headers: { cookie: 'a=1', ...headers } })
  const ours = { 'x-bellwether': '1', origin: 'http://localhost:80' }
  expect((await send({})).json()).toMatchObject({ status: 403, detail: expect.stringContaining('x-bellwether') })
  expect((await send({ 'x-bellwether': '1' })).statusCode).toBe(403)
  expect((await send({ ...ours, origin: 'https://evil.example' })).statusCode).toBe(403)
  expect((await send({ ...ours, origin: 'null' })).statusCode).toBe(403)
  expect((await send(ours)).statusCode).toBe(200)
  const bearer = await send({ authorization: 'Bearer x.y.z' })
  expect(bearer.statusCode).toBe(200)
})

test('a guarded field leaves only for those who may see it, an unknown one never', async () => {
  const as = async (role: 'viewer' | 'super_admin') => app.ask(wire.guarded, {}, everywhere(role))
  expect(await as('viewer')).toEqual({ open: 'yes' })
  expect(await as('super_admin')).toEqual({ open: 'yes', cost: 7 })
})

test('a dangerous act needs a fresh confirmation', async () => {
  const at = (ms: number) => ({ ...everywhere('viewer'), confirmedAt: new Date(Date.now() - ms) })
  expect(await app.refused(wire.dangerous, {}, everywhere('viewer'))).toMatchObject({
    status: 403,
    code: 'step_up_required',
  })
  expect(await app.refused(wire.dangerous, {}, at(11 * 60_000))).toMatchObject({ code: 'step_up_required' })
  expect(await app.ask(wire.dangerous, {}, at(9 * 60_000))).toEqual({})
})

test('a fault of ours says nothing but the request to quote', async () => {
  for (const { path } of [wire.broken, wire.wrong]) {
    const response = await app.gateway.inject({ url: path, headers: { 'x-request-id': 'quote-me' } })
    expect(response.json()).toEqual({
      type: 'urn:bellwether:problem:internal',
      title: 'Internal Server Error',
      status: 500,
      code: 'internal',
      detail: 'something failed on our side; quote request quote-me when you report it',
      requestId: 'quote-me',
    })
    expect(response.headers['x-request-id']).toBe('quote-me')
  }
  const odd = await app.gateway.inject({ url: '/livez', headers: { 'x-request-id': 'a b"\u00e4' } })
  expect(odd.headers['x-request-id']).toMatch(/^[\da-f-]{36}$/)
})

test('an unchanged answer is told by its ETag', async () => {
  const analyst = everywhere('analyst')
  const body = {
    title: 'Sale',
    kind: 'promotion',
    zone: 'UTC',
    startsAt: '2026-01-01T00:00:00Z',
    endsAt: '2026-01-02T00:00:00Z',
  } as const
  const { id } = await app.ask(addCalendarEntry, { body }, analyst)
  const one = await app.send(getCalendarEntry, { params: { id } }, analyst)
  expect([one.headers.etag, one.headers['cache-control']]).toEqual(['"1"', 'private, no-cache'])
  const list = await app.send(listCalendar, {}, analyst)
  expect(list.headers.etag).toMatch(/^W\/"[\w-]{27}"$/)
  const url = '/api/v1/test/guarded'
  const { etag } = (await app.gateway.inject(url)).headers
  for (const seen of [String(etag), `"x", ${etag}`, String(etag).replace('W/', ''), '*']) {
    const again = await app.gateway.inject({ url, headers: { 'if-none-match': seen } })
    expect([again.statusCode, again.body]).toEqual([304, ''])
  }
  expect((await app.gateway.inject({ url, headers: { 'if-none-match': '"other"' } })).statusCode).toBe(200)
})

test('an endpoint that does not say who may is not mounted, nor one that would cache a secret', () => {
  const mount = (changed: object) =>
    createGateway({
      ...app.platform,
      events: [],
      routes: routes((r) => r.on({ ...wire.guarded, ...changed } as typeof wire.guarded, () => ({ open: '' }))),
    })
  expect(() => mount({ can: undefined })).toThrow('GET /api/v1/test/guarded does not say who may')
  expect(() => mount({ can: 'everything' })).toThrow('does not say who may')
  expect(() => mount({ secret: true, cache: { seconds: 1, tags: [] } })).toThrow('cannot be cached')
})

const DATA = { 'cross-origin-resource-policy': 'same-origin', 'x-content-type-options': 'nosniff' }
const PAGE = {
  ...DATA,
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
}
test.each([
  ['/api/docs', PAGE, /^default-src 'none';script-src 'self';/],
  ['/livez', PAGE, /^default-src 'none';script-src 'self';/],
  ['/api/v1/health', DATA, /^default-src 'none';frame-ancestors 'none';sandbox$/],
  ['/api/v1/nothing', DATA, /^default-src 'none';frame-ancestors 'none';sandbox$/],
])('%s carries the headers that hold a browser back', async (url, kept, policy) => {
  const { headers } = await app.gateway.inject(url)
  expect(headers).toMatchObject({ ...kept, 'content-security-policy': expect.stringMatching(policy) })
  for (const name of ['strict-transport-security', 'access-control-allow-origin', 'x-powered-by', 'server'])
    expect(headers[name]).toBeUndefined()
})
