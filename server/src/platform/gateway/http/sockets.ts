import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { network } from '../limits/index.ts'

/** Sockets one address may hold open at once; a browser needs six, a proxy in front is named by trustProxy. */
const MOST_PER_ADDRESS = 512
const MOST = 20_000
/** Milliseconds that requests under way have to finish when the process stops. */
const FINISH_WITHIN = 4000

/** Bounds how many sockets stand open. Behind a proxy all come from its address, so only the sum is bounded. */
export function boundSockets(app: FastifyInstance, trustProxy: number): void {
  const server = app.server as Server
  server.maxConnections = MOST
  if (trustProxy > 0) return
  const open = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const address = network(socket.remoteAddress ?? '')
    const held = (open.get(address) ?? 0) + 1
    if (held > MOST_PER_ADDRESS) {
      socket.destroy()
      return
    }
    open.set(address, held)
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1
      if (left > 0) open.set(address, left)
      else open.delete(address)
    })
  })
}

export interface Draining {
  isDraining(): boolean
  /** Requests under way. */
  count(): number
  /** Says no more to the probe, lets requests under way finish for up to four seconds, then closes what is left. */
  drain(): Promise<void>
}

/** Watches requests under way, so that a stop can wait for them. */
export function watchRequests(app: FastifyInstance): Draining {
  let under = 0
  let draining: Promise<void> | undefined
  let finished: (() => void) | undefined
  app.addHook('onRequest', (_request, reply, done) => {
    under += 1
    if (draining !== undefined) reply.header('connection', 'close')
    reply.raw.once('close', () => {
      under -= 1
      if (under === 0) finished?.()
    })
    done()
  })

  async function wait(): Promise<void> {
    const server = app.server as Server
    server.closeIdleConnections()
    if (under > 0) {
      const timer = setTimeout(() => finished?.(), FINISH_WITHIN)
      await new Promise<void>((resolve) => {
        finished = resolve
      })
      clearTimeout(timer)
    }
    server.closeIdleConnections()
    // What is still open now is a request that took too long, or a client that will not let go.
    setTimeout(() => server.closeAllConnections(), 200).unref()
  }
  const drain = () => {
    draining ??= wait()
    return draining
  }
  return { isDraining: () => draining !== undefined, count: () => under, drain }
}
