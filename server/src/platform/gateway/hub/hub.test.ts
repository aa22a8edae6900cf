import { LIVE_CLOSE, type LiveMessage, openLiveTicket } from '@bellwether/contract/platform/live'
import { topic } from '@bellwether/contract/topic'
import { afterAll, beforeAll, expect, test } from 'vitest'
import WebSocket from 'ws'
import { z } from 'zod'
import { createTestApp, everywhere, person, type TestApp } from '../../../testing.ts'
import type { Principal } from '../../access/index.ts'
import { uuidv7 } from '../../ids/index.ts'
import { createMetrics } from '../../telemetry/index.ts'
import { createHub } from './hub.ts'

const prices = topic('test.prices', {
  can: 'metric:read',
  summary: 'Prices',
  messages: { changed: z.object({ price: z.number(), pad: z.string().optional() }) },
})
const secrets = topic('test.secrets', { can: 'user:admin', summary: 'Secrets', messages: { told: z.object({}) } })

let app: TestApp
let address: string
const open = new Set<WebSocket>()
beforeAll(async () => {
  app = await createTestApp()
  app.platform.hub.offer(prices, secrets)
  address = await app.gateway.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(async () => {
  for (const socket of open) socket.terminate()
  await app.close()
})

const viewer = everywhere('viewer')
const ticketOf = async (as: Principal) => (await app.ask(openLiveTicket, {}, as)).ticket

interface Client {
  socket: WebSocket
  got: LiveMessage[]
  send(message: object | string): void
  until<T extends LiveMessage['type']>(type: T, count?: number): Promise<(LiveMessage & { type: T })[]>
  closed: Promise<{ code: number; reason: string }>
}

async function connect(query: string, headers: Record<string, string> = {}): Promise<Client> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/ws${query}`, { headers })
  open.add(socket)
  const got: LiveMessage[] = []
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) })),
  )
  socket.on('message', (data) => got.push(JSON.parse(String(data))))
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
    socket.once('unexpected-response', (_request, response) => reject(new Error(`refused ${response.statusCode}`)))
  })
  const ofType = <T extends LiveMessage['type']>(type: T) =>
    got.filter((message): message is LiveMessage & { type: T } => message.type === type)
  return {
    socket,
    got,
    closed,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    async until(type, count = 1) {
      await expect.poll(() => ofType(type).length, { timeout: 5000 }).toBeGreaterThanOrEqual(count)
      return ofType(type)
    },
  }
}
const ask = (query = '', headers = {}) =>
  connect(query, headers).then(
    () => 'opened',
    (error: Error) => error.message,
  )
const publish = (price: number, rest: { domain?: string; to?: string; pad?: string } = {}) => {
  const { pad, ...about } = rest
  app.platform.hub.publish(prices, { type: 'changed', data: { price, ...(pad ? { pad } : {}) }, ...about })
}
const pricesOf = (messages: readonly (LiveMessage & { type: 'message' })[]) =>
  messages.map(({ event }) => (event.data as { price: number }).price)

test('a ticket opens one socket, once; a bearer token does too; nobody else gets in', async () => {
  const ticket = await ticketOf(viewer)
  const client = await connect(`?ticket=${ticket}`)
  expect((await client.until('hello'))[0]).toMatchObject({ heartbeatSeconds: 25 })
  expect(await ask(`?ticket=${ticket}`)).toBe('refused 401')
  expect(await ask('?ticket=made-up')).toBe('refused 401')
  expect(await ask()).toBe('refused 401')
  expect(await ask('', { authorization: await app.authorizationOf(viewer) })).toBe('opened')
  expect(await ask('', { cookie: 'bw_access=x', origin: 'https://evil.example' })).toBe('refused 403')
  await app.platform.pool.query(
    `insert into platform.live_ticket values (sha256('late'), '{}', now() - interval '1 s')`,
  )
  expect(await ask('?ticket=late')).toBe('refused 401')
})

test('messages reach those who follow the topic and hold its permission in the domain', async () => {
  const everything = await connect(`?ticket=${await ticketOf(viewer)}`)
  const north = person({ role: 'viewer', domain: 'north' })
  const some = await connect(`?ticket=${await ticketOf(north)}`)
  for (const client of [everything, some]) {
    client.send({ type: 'subscribe', topic: 'test.prices' })
    await client.until('subscribed')
  }
  publish(1, { domain: 'north' })
  publish(2, { domain: 'south' })
  publish(3, { to: 'somebody else' })
  publish(4, { domain: 'north' })
  expect(pricesOf(await everything.until('message', 3))).toEqual([1, 2, 4])
  expect(pricesOf(await some.until('message', 2))).toEqual([1, 4])
  some.send({ type: 'subscribe', topic: 'test.secrets' })
  some.send({ type: 'subscribe', topic: 'test.nothing' })
  expect((await some.until('refused', 2)).map(({ code }) => code)).toEqual(['forbidden', 'not_found'])
  some.send({ type: 'unsubscribe', topic: 'test.prices' })
  await some.until('unsubscribed')
  publish(5, { domain: 'north' })
  await expect.poll(() => pricesOf(everything.got.filter((m) => m.type === 'message'))).toContain(5)
  expect(pricesOf(some.got.filter((message) => message.type === 'message'))).toEqual([1, 4])
})

test('who comes back with the last id gets what was missed, or is told that it is gone', async () => {
  const first = await connect(`?ticket=${await ticketOf(viewer)}`)
  first.send({ type: 'subscribe', topic: 'test.prices' })
  await first.until('subscribed')
  publish(10)
  const [seen] = await first.until('message')
  first.socket.close()
  publish(11)
  publish(12)
  const again = await connect(`?ticket=${await ticketOf(viewer)}`)
  again.send({ type: 'subscribe', topic: 'test.prices', since: seen?.id })
  expect(pricesOf(await again.until('message', 2))).toEqual([11, 12])
  again.send({ type: 'subscribe', topic: 'test.prices', since: 'long-gone' })
  const [reset] = await again.until('reset')
  const [, last] = await again.until('message', 2)
  expect(reset?.lastId).toBe(last?.id)
})

test('what is no message is refused, too large or too much closes', async () => {
  const client = await connect(`?ticket=${await ticketOf(viewer)}`)
  for (const wrong of ['nope', '[]', '{"type":"shout"}', '{"type":"subscribe","topic":"x","more":1}'])
    client.send(wrong)
  client.socket.send(Buffer.from([1, 2, 3]))
  expect((await client.until('refused', 5)).every(({ code }) => code === 'invalid')).toBe(true)
  client.send({ type: 'ping' })
  await client.until('pong')
  client.send('x'.repeat(20_000))
  expect((await client.closed).code).toBe(1009)
  const chatty = await connect(`?ticket=${await ticketOf(viewer)}`)
  for (let index = 0; index < 200; index++) chatty.send({ type: 'ping' })
  expect((await chatty.closed).code).toBe(LIVE_CLOSE.tooManyMessages)
})

test('when a session is revoked its sockets close within a second, others stay', async () => {
  const mine = await connect(`?ticket=${await ticketOf({ ...viewer, sessionId: uuidv7() })}`)
  const sessionId = uuidv7()
  const theirs = await connect(`?ticket=${await ticketOf({ ...viewer, sessionId })}`)
  const { SessionRevoked } = await import('@bellwether/contract/platform/events')
  const began = performance.now()
  await app.platform.db.transaction().execute((tx) =>
    app.platform.bus.publish(tx, SessionRevoked, {
      key: sessionId,
      data: { userId: uuidv7(), sessionId, reason: 'revoked' },
    }),
  )
  expect(await theirs.closed).toEqual({ code: LIVE_CLOSE.revoked, reason: 'the session ended' })
  expect(performance.now() - began).toBeLessThan(1000)
  expect((await theirs.until('bye'))[0]).toMatchObject({ code: LIVE_CLOSE.revoked })
  mine.send({ type: 'ping' })
  await mine.until('pong')
})

test('a client that does not read is dropped with a reason, and holds nobody up', async () => {
  const slow = await connect(`?ticket=${await ticketOf(viewer)}`)
  const quick = await connect(`?ticket=${await ticketOf(viewer)}`)
  for (const client of [slow, quick]) {
    client.send({ type: 'subscribe', topic: 'test.prices' })
    await client.until('subscribed')
  }
  slow.socket.pause()
  for (let index = 0; index < 40; index++) {
    publish(index, { pad: 'x'.repeat(250_000) })
    await quick.until('message', index + 1)
  }
  slow.socket.resume()
  expect(await slow.closed).toMatchObject({ code: LIVE_CLOSE.tooSlow, reason: expect.stringContaining('too slow') })
})

test('the same over server-sent events, with resume by Last-Event-ID', async () => {
  const controller = new AbortController()
  const follow = async (headers: Record<string, string> = {}) => {
    const response = await fetch(
      `${address}/api/v1/live?topics=test.prices,test.secrets&ticket=${await ticketOf(viewer)}`,
      {
        headers,
        signal: controller.signal,
      },
    )
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(response.headers.get('content-encoding')).toBeNull()
    const events: { event?: string; id?: string; data?: string }[] = []
    let text = ''
    void (async () => {
      for await (const chunk of response.body ?? []) {
        text += Buffer.from(chunk).toString()
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          const lines = text
            .slice(0, end)
            .split('\n')
            .map((line) => line.split(/: (.*)/s, 2))
          events.push(Object.fromEntries(lines))
          text = text.slice(end + 2)
        }
      }
    })().catch(() => undefined)
    const wait = (event: string, count: number) =>
      expect.poll(() => events.filter((one) => one.event === event).length, { timeout: 5000 }).toBe(count)
    return { events, wait }
  }
  const first = await follow()
  await first.wait('subscribed', 1)
  await first.wait('refused', 1)
  publish(20)
  await first.wait('message', 1)
  const id = first.events.find(({ event }) => event === 'message')?.id ?? ''
  publish(21)
  await first.wait('message', 2)
  const again = await follow({ 'last-event-id': id })
  await again.wait('message', 1)
  expect(JSON.parse(again.events.find(({ event }) => event === 'message')?.data ?? '')).toMatchObject({
    topic: 'test.prices',
    event: { type: 'changed', data: { price: 21 } },
  })
  controller.abort()
  const refused = await fetch(`${address}/api/v1/live?topics=test.prices`)
  expect([refused.status, refused.headers.get('content-type')]).toEqual([
    401,
    'application/problem+json; charset=utf-8',
  ])
})

test('what one process publishes reaches the clients of another, in the same order; what is too large is a reset', async () => {
  const { pool, log, now } = app.platform
  const other = createHub({ pool, log, metrics: createMetrics(), now, newId: uuidv7 })
  other.offer(prices)
  const stop = await other.start()
  const client = await connect(`?ticket=${await ticketOf(viewer)}`)
  client.send({ type: 'subscribe', topic: 'test.prices' })
  await client.until('subscribed')
  for (let price = 0; price < 50; price++) other.publish(prices, { type: 'changed', data: { price } })
  expect(pricesOf(await client.until('message', 50))).toEqual(Array.from({ length: 50 }, (_, price) => price))
  other.publish(prices, { type: 'changed', data: { price: 1, pad: 'x'.repeat(9000) } })
  expect((await client.until('reset'))[0]?.reason).toContain('too large')
  await stop()
})

test('a stop tells every client and does not wait for one that no longer answers', async () => {
  const own = await createTestApp()
  const url = await own.gateway.listen({ port: 0, host: '127.0.0.1' })
  const headers = { authorization: await own.authorizationOf(viewer) }
  const [polite, mute] = [0, 1].map(() => new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers })) as [
    WebSocket,
    WebSocket,
  ]
  await Promise.all([polite, mute].map((socket) => new Promise((resolve) => socket.once('message', resolve))))
  const told = new Promise((resolve) => polite.on('close', (code, reason) => resolve([code, String(reason)])))
  mute.pause()
  const began = performance.now()
  await own.close()
  expect(performance.now() - began).toBeLessThan(3000)
  expect(await told).toEqual([1001, 'the server stops'])
  mute.terminate()
})

test('a silent peer is dropped', async () => {
  const { pool, log, now } = app.platform
  const hub = createHub({ pool, log, metrics: createMetrics(), now, newId: uuidv7, heartbeatMs: 20 })
  const stop = await hub.start()
  const closed = Promise.withResolvers<number>()
  hub.open(
    { send: () => undefined, waiting: () => 0, ping: () => undefined, close: (code) => closed.resolve(code) },
    viewer,
  )
  expect(await closed.promise).toBe(LIVE_CLOSE.silent)
  await stop()
})

test('one caller holds a bounded number of connections', async () => {
  const hog: Principal = { ...viewer, id: uuidv7() }
  const { pool, log, now } = app.platform
  const hub = createHub({ pool, log, metrics: createMetrics(), now, newId: uuidv7 })
  const peer = { send: () => undefined, waiting: () => 0, ping: () => undefined, close: () => undefined }
  const opened = Array.from({ length: 40 }, () => hub.open(peer, hog)).filter(Boolean)
  expect(opened).toHaveLength(30)
})
