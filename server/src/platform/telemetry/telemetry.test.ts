import { createServer } from 'node:http'
import { endpoint } from '@bellwether/contract/endpoint'
import { getMetrics } from '@bellwether/contract/platform/health'
import { addCalendarEntry, listCalendar } from '@bellwether/contract/sentinel/calendar'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { createTestApp, everywhere } from '../../testing.ts'
import { routes } from '../gateway/index.ts'
import { createMetrics } from './metrics.ts'
import { currentTraceparent, isTraceparent, traced } from './traces.ts'

interface Span {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  status?: { code?: number }
}

/** A collector that keeps the spans it is sent, by the real protocol. */
async function startCollector() {
  const spans: Span[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (request.url === '/v1/traces') {
        const body = JSON.parse(Buffer.concat(chunks).toString()) as {
          resourceSpans: { scopeSpans: { spans: Span[] }[] }[]
        }
        spans.push(...body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)))
      }
      response.setHeader('content-type', 'application/json').end('{}')
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  return {
    spans,
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    close: () => new Promise((closed) => server.close(closed)),
  }
}

const hop = endpoint('GET /api/v1/test/hop', {
  can: 'public',
  summary: 'Hop',
  answers: z.object({ on: z.string().optional() }),
})

test('one trace leads from the caller through the request into its statements, and on', async () => {
  const collector = await startCollector()
  const app = await createTestApp({
    config: { otlpUrl: collector.url },
    routes: routes((r) => r.on(hop, () => traced('inner', {}, () => ({ on: currentTraceparent() })))),
  })
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
  const traceparent = `00-${trace}-00f067aa0ba902b7-01`
  const authorization = await app.authorizationOf(everywhere('viewer'))
  const listed = await app.gateway.inject({ url: listCalendar.path, headers: { traceparent, authorization } })
  expect([listed.statusCode, String(listed.headers.traceparent).slice(0, 36)]).toEqual([200, `00-${trace}-`])
  const { on } = (await app.gateway.inject({ url: hop.path, headers: { traceparent } })).json<{ on: string }>()
  await app.close() // sends what is left
  await collector.close()

  const mine = collector.spans.filter(({ traceId }) => traceId === trace)
  const server = mine.find(({ name }) => name === 'GET /api/v1/calendar/entries')
  expect(server?.parentSpanId).toBe('00f067aa0ba902b7')
  const statements = mine.filter(({ name, parentSpanId }) => name.startsWith('sql ') && parentSpanId === server?.spanId)
  expect(statements.map(({ name }) => name)).toContain('sql select')
  const inner = mine.find(({ name }) => name === 'inner')
  expect(on).toBe(`00-${trace}-${inner?.spanId}-01`)
  expect(JSON.stringify(collector.spans)).not.toContain(authorization.slice(7, 40))
})

test('without a collector nothing is traced, and a trace passes through all the same', async () => {
  const app = await createTestApp({ routes: routes((r) => r.on(hop, () => ({ on: currentTraceparent() }))) })
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  const passed = await app.gateway.inject({ url: hop.path, headers: { traceparent } })
  expect([passed.json(), passed.headers.traceparent]).toEqual([{ on: traceparent }, traceparent])
  const odd = await app.gateway.inject({ url: hop.path, headers: { traceparent: '00-0-0-0' } })
  expect([odd.json(), odd.headers.traceparent]).toEqual([{}, undefined])
  await app.close()
})

test('traceparents are checked', () => {
  const good = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  expect(isTraceparent(good)).toBe(true)
  for (const bad of [
    '',
    good.toUpperCase(),
    `${good} `,
    good.replace('4bf92f3577b34da6a3ce929d0e0e4736', '0'.repeat(32)),
    `01${good.slice(2)}`,
  ])
    expect(isTraceparent(bad)).toBe(false)
})

test('metrics tell requests by route and status, the pool, the cache and the process', async () => {
  const app = await createTestApp()
  await app.ask(listCalendar, {}, everywhere('viewer'))
  await app.refused(addCalendarEntry, { body: {} as never }, everywhere('analyst'))
  await app.gateway.inject('/nowhere/at/all.txt')
  const scrape = await app.gateway.inject('/metrics')
  expect(scrape.headers['content-type']).toBe(getMetrics.produces)
  for (const line of [
    'bellwether_http_request_seconds_count{method="GET",route="/api/v1/calendar/entries",status="200"} 1',
    'bellwether_http_request_seconds_count{method="POST",route="/api/v1/calendar/entries",status="400"} 1',
    'bellwether_http_request_seconds_count{method="GET",route="(none)",status="404"} 1',
    'bellwether_database_connections{state="idle"}',
    'bellwether_cache_hit_ratio',
    'bellwether_nodejs_eventloop_lag_seconds',
    'bellwether_live_connections 0',
  ])
    expect(scrape.body).toContain(line)
  const from = (headers: Record<string, string>, remoteAddress = '127.0.0.1') =>
    app.gateway.inject({ url: '/metrics', headers, remoteAddress }).then(({ statusCode }) => statusCode)
  expect(await from({}, '203.0.113.5')).toBe(403)
  expect(await from({ 'x-forwarded-for': '203.0.113.5' })).toBe(403)
  expect(await from({ 'sec-fetch-site': 'cross-site' })).toBe(403)
  const bearer = async (role: 'viewer' | 'super_admin') => ({
    authorization: await app.authorizationOf(everywhere(role)),
  })
  expect(await from(await bearer('viewer'), '203.0.113.5')).toBe(403)
  expect(await from(await bearer('super_admin'), '203.0.113.5')).toBe(200)
  await app.close()
})

test('asking twice for a figure gives the same figure', () => {
  const metrics = createMetrics()
  const spec = { name: 'x_total', help: 'x', labels: ['a'] }
  expect(metrics.counter(spec)).toBe(metrics.counter(spec))
})
