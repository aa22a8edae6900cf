import { Readable } from 'node:stream'
import * as wire from '@bellwether/contract/platform/live'
import { tooMany, unauthenticated } from '../../errors/index.ts'
import { answer, type Route, routes } from '../routes.ts'
import type { Peer } from './connection.ts'
import type { Hub } from './hub.ts'
import type { Tickets } from './tickets.ts'

/** Milliseconds after which a browser's EventSource tries again. */
const RETRY = 2000

/** Tickets, and the same topics as server-sent events for clients that cannot open a socket. */
export const liveRoutes = (hub: Hub, tickets: Tickets): Route[] =>
  routes((r) => {
    r.on(wire.openLiveTicket, ({ principal }) => tickets.open(principal))
    r.on(wire.followLive, async ({ query, principal, headers, signal }) => {
      const caller = query.ticket === undefined ? principal : await tickets.redeem(query.ticket)
      if (!caller || caller.kind === 'anonymous')
        throw unauthenticated('send a ticket (POST /api/v1/live/tickets), a bearer token or a session cookie')
      const stream = new Readable({ read: () => undefined, highWaterMark: 64 * 1024 })
      const connection = hub.open(peerOf(stream), caller)
      if (!connection) throw tooMany('too many live connections of one caller', 10)
      const since = String(headers['last-event-id'] ?? query.since ?? '').slice(0, 64) || undefined
      for (const topic of new Set(query.topics.split(',').filter(Boolean))) connection.subscribe(topic, since)
      const close = () => {
        hub.forget(connection)
        stream.destroy()
      }
      stream.once('close', close)
      signal.addEventListener('abort', close)
      return answer(stream as unknown as string, {
        headers: { 'x-accel-buffering': 'no', 'cache-control': 'no-store' },
      })
    })
  })

function peerOf(stream: Readable): Peer {
  let waitedBefore = 0
  stream.push(`retry: ${RETRY}\n\n`)
  return {
    send: (text, { type, id }) => {
      stream.push(`event: ${type}\n${id === undefined ? '' : `id: ${id}\n`}data: ${text}\n\n`)
    },
    waiting: () => stream.readableLength,
    ping() {
      // A client that took nothing between two beats is gone, as far as one can tell without its answer.
      if (waitedBefore > 0 && stream.readableLength >= waitedBefore) stream.destroy()
      waitedBefore = stream.readableLength
      stream.push(': ping\n\n')
    },
    close: () => stream.push(null),
  }
}
