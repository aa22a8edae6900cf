import { MAX_LIVE_MESSAGE } from '@bellwether/contract/platform/live'
import websocket from '@fastify/websocket'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { WebSocket } from 'ws'
import { anonymous, type Principal } from '../../access/index.ts'
import { forbidden, invalid, tooMany, unauthenticated } from '../../errors/index.ts'
import type { GatewayParts } from '../face.ts'
import { cookiesOf, isOurOrigin } from '../http/cookies.ts'
import { callerKey, type Limits, policyOf } from '../limits/index.ts'
import type { Peer } from './connection.ts'
import type { Hub } from './hub.ts'
import type { Tickets } from './tickets.ts'

/** Connections an address may open in a minute. */
const OPENINGS = policyOf(120)

export interface SocketParts extends Pick<GatewayParts, 'config' | 'authenticate'> {
  hub: Hub
  tickets: Tickets
  limits: Limits
}

/** `/ws`: who may is settled before the protocol is switched, so a refusal is an ordinary answer. */
export function mountSocket(app: FastifyInstance, { hub, ...parts }: SocketParts): void {
  app.register(websocket, {
    options: { maxPayload: MAX_LIVE_MESSAGE, perMessageDeflate: false },
    // Sockets are told and closed by the hub before the server stops.
    preClose: (done) => done(),
  })
  const principals = new WeakMap<FastifyRequest, Principal>()
  app.after(() =>
    app.route({
      method: 'GET',
      url: '/ws',
      onRequest: async (request) => {
        principals.set(request, await whoOpens(request, parts))
      },
      handler: async () => {
        throw invalid('this address speaks WebSocket; open it with one')
      },
      wsHandler: (socket, request) => serve(socket, hub, principals.get(request) ?? anonymous),
    }),
  )
}

/** The caller by ticket, bearer token or cookie; a cookie counts only when the page that opens the socket is ours. */
export async function whoOpens(
  request: FastifyRequest,
  { config, authenticate, tickets, limits }: Omit<SocketParts, 'hub'>,
): Promise<Principal> {
  const { allowed, retryAfter } = await limits.take(`open ${callerKey(anonymous, request.ip)}`, OPENINGS)
  if (!allowed) throw tooMany('too many live connections opened from this address', retryAfter)
  const { authorization, cookie } = request.headers
  const { ticket } = request.query as { ticket?: unknown }
  if (typeof ticket === 'string') {
    const principal = await tickets.redeem(ticket)
    if (!principal) throw unauthenticated('this ticket is unknown, used or too old; ask for a new one')
    return principal
  }
  if (authorization === undefined && cookie !== undefined && !isOurOrigin(request, config))
    throw forbidden('a page of another origin cannot open a connection with our cookies')
  const origin = { ip: request.ip, userAgent: String(request.headers['user-agent'] ?? ''), requestId: request.id }
  const principal =
    authorization === undefined && cookie === undefined
      ? anonymous
      : await authenticate({
          method: request.method,
          headers: request.headers,
          authorization,
          cookies: cookiesOf(cookie),
          origin,
        })
  if (principal.kind === 'anonymous')
    throw unauthenticated('send a ticket (POST /api/v1/live/tickets), a bearer token or a session cookie')
  return principal
}

function serve(socket: WebSocket, hub: Hub, principal: Principal): void {
  const peer: Peer = {
    send: (text) => socket.send(text),
    waiting: () => socket.bufferedAmount,
    ping: () => socket.ping(),
    close(code, reason) {
      socket.close(code, reason)
      // A peer that does not answer the farewell is cut off; at once enough not to hold up a stop.
      setTimeout(() => socket.terminate(), code === 1001 ? 1000 : 10_000).unref()
    },
  }
  const connection = hub.open(peer, principal)
  if (!connection) {
    socket.close(4429, 'too many connections of one caller')
    return
  }
  socket.on('message', (data, isBinary) => {
    if (isBinary) connection.take('')
    else connection.take(String(data))
  })
  socket.on('pong', () => connection.heard())
  socket.on('close', () => hub.forget(connection))
  socket.on('error', () => socket.terminate())
}
