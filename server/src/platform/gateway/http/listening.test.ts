import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect as connectSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { endpoint } from '@bellwether/contract/endpoint'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createTestApp, type TestApp, type TestAppOptions } from '../../../testing.ts'
import { routes } from '../routes.ts'

const text = 'all work and no play '.repeat(500)
const wire = {
  long: endpoint('GET /api/v1/test/long', { can: 'public', summary: 'Long', answers: z.object({ text: z.string() }) }),
  secret: endpoint('GET /api/v1/test/secret', {
    can: 'public',
    summary: 'Secret',
    secret: true,
    answers: z.object({ text: z.string() }),
  }),
  slow: endpoint('GET /api/v1/test/slow', { can: 'public', summary: 'Slow', answers: z.object({}) }),
  limited: endpoint('GET /api/v1/test/limited', {
    can: 'public',
    summary: 'Limited',
    perMinute: 3,
    answers: z.object({ ip: z.string() }),
  }),
}
let gate = Promise.withResolvers<void>()
let entered = Promise.withResolvers<void>()
const extra = routes((r) => {
  r.on(wire.long, () => ({ text }))
  r.on(wire.secret, () => ({ text }))
  r.on(wire.slow, async () => {
    entered.resolve()
    await gate.promise
    return {}
  })
  r.on(wire.limited, ({ origin }) => ({ ip: origin.ip }))
})
const folder = mkdtempSync(join(tmpdir(), 'bw-web-'))
const opened: TestApp[] = []
async function listening(config: TestAppOptions['config'] = {}) {
  const app = await createTestApp({ config, routes: extra })
  opened.push(app)
  const url = await app.gateway.listen({ port: 0, host: '127.0.0.1' })
  return { app, url, port: Number(new URL(url).port) }
}
let plain: Awaited<ReturnType<typeof listening>>
beforeAll(async () => {
  plain = await listening({ requestTimeout: 400 })
})
afterAll(async () => {
  await Promise.all(opened.map((app) => app.close()))
  rmSync(folder, { recursive: true, force: true })
})

/** Writes raw bytes and answers all that comes back until the server hangs up. */
const raw = (port: number, bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connectSocket(port, '127.0.0.1', () => socket.write(bytes))
    let got = ''
    socket.on('data', (data) => {
      got += String(data)
    })
    socket.on('close', () => resolve(got))
    socket.on('error', reject)
  })
const problemIn = (answer: string) => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as unknown

test('what is no request, too large or too slow gets a problem on the bare socket', async () => {
  const { port } = plain
  const garbage = await raw(port, 'GET / HTTP/1.1\r\nHost x\r\n\r\n')
  expect(garbage).toMatch(/^HTTP\/1.1 400 .*\r\ncontent-type: application\/problem\+json/)
  expect(problemIn(garbage)).toMatchObject({ status: 400, code: 'invalid' })
  expect(problemIn(await raw(port, `GET / HTTP/1.1\r\nHost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`))).toMatchObject({
    status: 431,
    code: 'too_large',
  })
  expect(problemIn(await raw(port, `GET /${'y'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`))).toMatchObject({
    status: 431,
  })
  const began = performance.now()
  const slow = await raw(port, 'GET /livez HTTP/1.1\r\nHost: x\r\nx-slow: ')
  expect(problemIn(slow)).toMatchObject({ status: 408, code: 'timeout' })
  const late = await raw(
    port,
    'POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{',
  )
  expect(problemIn(late)).toMatchObject({ status: 408 })
  expect(performance.now() - began).toBeLessThan(3000)
  const scrape = await (await fetch(`${plain.url}/metrics`)).text()
  expect(scrape).toMatch(/bellwether_http_refused_raw_total\{status="408"\} 2/)
})

test('two ways to say how long a body is are refused, so that no proxy can be fooled', async () => {
  const smuggled =
    'POST /livez HTTP/1.1\r\nHost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n'
  expect(await raw(plain.port, smuggled)).toMatch(/^HTTP\/1.1 400/)
  expect(
    await raw(plain.port, 'POST /livez HTTP/1.1\r\nHost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'),
  ).toMatch(/^HTTP\/1.1 400/)
})

/** Without the conveniences of fetch, which asks for and undoes compression itself. */
const get = (url: string, headers: Record<string, string>) =>
  new Promise<{ headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    httpRequest(url, { headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }))
    })
      .on('error', reject)
      .end()
  })

test('long answers travel compressed, secrets and short ones do not', async () => {
  const long = `${plain.url}/api/v1/test/long`
  const br = await get(long, { 'accept-encoding': 'gzip, br' })
  expect([br.headers['content-encoding'], br.headers.vary]).toEqual(['br', 'accept-encoding'])
  expect(JSON.parse(brotliDecompressSync(br.body).toString())).toEqual({ text })
  const gzip = await get(long, { 'accept-encoding': 'gzip' })
  expect(JSON.parse(gunzipSync(gzip.body).toString())).toEqual({ text })
  expect((await get(long, {})).body).toHaveLength(text.length + 11)
  const secret = await get(`${plain.url}/api/v1/test/secret`, { 'accept-encoding': 'gzip, br' })
  expect([secret.headers['content-encoding'], secret.headers['cache-control'], secret.headers.etag]).toEqual([
    undefined,
    'no-store',
    undefined,
  ])
  expect(
    (await get(`${plain.url}/livez`, { 'accept-encoding': 'gzip, br' })).headers['content-encoding'],
  ).toBeUndefined()
})

test('a drain says so to the probe at once, lets requests finish, and then closes', async () => {
  const { app, url } = await listening()
  gate = Promise.withResolvers()
  entered = Promise.withResolvers()
  const agent = new Agent({ keepAlive: true })
  const slow = fetch(`${url}/api/v1/test/slow`)
  await entered.promise
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
  const draining = app.gateway.drain()
  const probe = await fetch(`${url}/readyz`)
  expect([probe.status, probe.headers.get('connection'), probe.headers.get('retry-after')]).toEqual([503, 'close', '1'])
  gate.resolve()
  const finished = await slow
  expect([finished.status, await finished.json()]).toEqual([200, {}])
  await draining
  await app.gateway.close()
  await expect(fetch(`${url}/livez`)).rejects.toThrow()
  agent.destroy()
})

test('a request that does not end holds a stop up for four seconds at most', async () => {
  const { app, url } = await listening()
  gate = Promise.withResolvers()
  entered = Promise.withResolvers()
  const hung = fetch(`${url}/api/v1/test/slow`).catch(() => 'cut off')
  await entered.promise
  const began = performance.now()
  await app.gateway.close()
  expect(performance.now() - began).toBeGreaterThan(3500)
  expect(performance.now() - began).toBeLessThan(4800)
  expect(await hung).toBe('cut off')
  gate.resolve()
})

test('with certificate and key it speaks TLS 1.3 and nothing older, and tells browsers to stay', async () => {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=IP:127.0.0.1',
      '-keyout',
      key,
      '-out',
      cert,
    ],
    { stdio: 'ignore' },
  )
  const { port } = await listening({ tlsCert: cert, tlsKey: key })
  const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
    httpsRequest({ port, host: '127.0.0.1', path: '/livez', rejectUnauthorized: false }, (response) =>
      resolve(response.resume().headers),
    )
      .on('error', reject)
      .end()
  })
  expect(headers['strict-transport-security']).toBe('max-age=63072000')
  const shake = (maxVersion: 'TLSv1.2' | 'TLSv1.3') =>
    new Promise<string | null>((resolve, reject) => {
      const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, maxVersion }, () => {
        resolve(socket.getProtocol())
        socket.destroy()
      })
      socket.on('error', reject)
    })
  expect(await shake('TLSv1.3')).toBe('TLSv1.3')
  await expect(shake('TLSv1.2')).rejects.toThrow(/version|handshake/i)
  const missing = createTestApp({ config: { tlsCert: '/nowhere.pem', tlsKey: key } })
  await expect(missing).rejects.toThrow('BELLWETHER_TLS_CERT cannot be read')
})

test('who may be believed about where a request came from is counted in proxies', async () => {
  const forged = { 'x-forwarded-for': '198.51.100.7, 203.0.113.9' }
  const { app: direct } = await listening()
  const { app: behind } = await listening({ trustProxy: 1 })
  const ip = async (app: TestApp, headers = {}) =>
    (await app.gateway.inject({ url: wire.limited.path, headers })).json().ip
  expect(await ip(direct, forged)).toBe('127.0.0.1')
  expect(await ip(behind, forged)).toBe('203.0.113.9')
})

test('limits are told, hold per endpoint and address, and say when to come back', async () => {
  const { app } = await listening({ trustProxy: 1 })
  const ask = (from: string, url = wire.limited.path) =>
    app.gateway.inject({ url, headers: { 'x-forwarded-for': from } })
  const first = await ask('203.0.113.1')
  expect(first.headers).toMatchObject({
    'ratelimit-policy': '"minute";q=3;w=60',
    ratelimit: expect.stringMatching(/^"minute";r=2;t=\d+$/),
    'ratelimit-limit': '3',
    'ratelimit-remaining': '2',
  })
  await ask('203.0.113.1')
  await ask('203.0.113.1')
  const refused = await ask('203.0.113.1')
  expect(refused.json()).toMatchObject({ status: 429, code: 'too_many_requests' })
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  expect(refused.headers.ratelimit).toMatch(/^"minute";r=0;/)
  expect((await ask('203.0.113.2')).statusCode).toBe(200)
  expect((await ask('203.0.113.1', '/livez')).statusCode).toBe(200)
})

test('pages of other origins get in only where they are named, and never with cookies', async () => {
  const { app } = await listening({ corsOrigins: ['https://desk.example'] })
  const preflight = (origin: string) =>
    app.gateway.inject({
      method: 'OPTIONS',
      url: '/api/v1/calendar/entries',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    })
  const ours = await preflight('https://desk.example')
  expect(ours.statusCode).toBe(204)
  expect(ours.headers).toMatchObject({
    'access-control-allow-origin': 'https://desk.example',
    'access-control-max-age': '600',
  })
  expect(ours.headers['access-control-allow-credentials']).toBeUndefined()
  expect((await preflight('https://evil.example')).headers['access-control-allow-origin']).not.toBe(
    'https://evil.example',
  )
})

test('the web app is served: its parts for ever, its pages by one document, nothing outside', async () => {
  const web = join(folder, 'web')
  mkdirSync(join(web, 'assets'), { recursive: true })
  writeFileSync(join(web, 'index.html'), '<!doctype html><title>Desk</title>')
  writeFileSync(join(web, 'assets', 'app-1a2b3c.js'), 'export {}')
  writeFileSync(join(web, 'robots.txt'), 'none')
  writeFileSync(join(folder, 'outside.txt'), 'outside')
  const { app } = await listening({ web })
  const ask = (url: string, accept = 'text/html') => app.gateway.inject({ url, headers: { accept } })
  for (const page of ['/', '/incidents/7?tab=causes', '/settings']) {
    const response = await ask(page)
    expect([response.statusCode, response.body, response.headers['cache-control']]).toEqual([
      200,
      '<!doctype html><title>Desk</title>',
      'no-cache',
    ])
  }
  const script = await ask('/assets/app-1a2b3c.js', '*/*')
  expect([script.statusCode, script.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable'])
  expect((await ask('/robots.txt')).headers['cache-control']).toBe('no-cache')
  for (const gone of ['/assets/app-old.js', '/api/v1/nothing', '/ws/x', '/.well-known/nothing'])
    expect((await ask(gone, '*/*')).json(), gone).toMatchObject({ status: 404, code: 'not_found' })
  for (const path of [
    '/../outside.txt',
    '/..%2foutside.txt',
    '/%2e%2e/outside.txt',
    '/assets/..%5c..%5c..%5coutside.txt',
    '/assets/%00',
  ])
    expect(
      await raw(
        Number(new URL(app.gateway.listeningOrigin).port),
        `GET ${path} HTTP/1.1\r\nHost: x\r\nconnection: close\r\n\r\n`,
      ),
    ).not.toContain('outside\n')
  const without = await listening({ web: join(folder, 'none') })
  const page = await without.app.gateway.inject('/')
  expect([page.statusCode, page.body]).toEqual([503, expect.stringContaining('npm start')])
})
