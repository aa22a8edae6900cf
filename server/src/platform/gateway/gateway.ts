import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../errors/index.ts'
import type { GatewayParts } from './face.ts'
import { BROTLI, COMPRESS_FROM } from './http/compress.ts'
import { takeBodies } from './http/content.ts'
import { listServed, mountOtherMethods } from './http/methods.ts'
import { observe } from './http/observe.ts'
import { secure } from './http/security.ts'
import { createServer } from './http/server.ts'
import { boundSockets, type Draining, watchRequests } from './http/sockets.ts'
import { createTickets, liveRoutes, mountSocket } from './hub/index.ts'
import { createIdempotency } from './idempotency/index.ts'
import { createLimits } from './limits/index.ts'
import { mountRoutes, refuseUnfit } from './mount.ts'
import { documentRoutes } from './openapi/index.ts'
import { probeRoutes } from './probes.ts'
import { problemOf } from './problems.ts'
import type { Route } from './routes.ts'
import { mountWeb } from './web/web.ts'

const PURGE_EVERY = 3_600_000

export type Gateway = FastifyInstance & {
  /** Turns the readiness probe at once and lets requests under way finish, for up to four seconds. Then close. */
  drain(): Promise<void>
  /** Everything mounted, and what the router really serves: the two sides of the inventory. */
  routes: readonly Route[]
  served(): string[]
}

/** The one door: who, may they, is it well formed, answer. */
export function createGateway(parts: GatewayParts): Gateway {
  const { config, log, metrics, hub, db, now } = parts
  let refusedRaw: (status: number) => void = () => undefined
  const app = createServer({
    config,
    log,
    refused: (status) => refusedRaw(status),
    refuse: (error, request, reply) => {
      refusedRaw(refuse(error, request, reply).statusCode)
    },
  })
  const served = listServed(app)
  refusedRaw = observe(app, { log, metrics })
  const draining = watchRequests(app)
  boundSockets(app, config.trustProxy)
  app.decorateRequest('caller', undefined)
  takeBodies(app)
  app.setErrorHandler<FastifyError>((error, request, reply) => refuse(error, request, reply))
  app.setSchemaErrorFormatter((errors) => new Error(errors[0]?.message ?? 'not as expected'))

  const limits = createLimits({ redis: parts.redis, now: () => now().getTime() })
  const idempotency = createIdempotency({ db, now })
  const tickets = createTickets({ db, now })
  const routes: Route[] = [
    ...parts.routes,
    ...liveRoutes(hub, tickets),
    ...probeRoutes({ ...parts, isDraining: draining.isDraining }),
  ]
  routes.push(...documentRoutes({ ...parts, routes, topics: () => hub.topics() }))

  for (const route of routes) refuseUnfit(route)
  equip(app, config)
  app.register((inner, _options, done) => {
    mountSocket(inner, { ...parts, tickets, limits })
    mountWeb(inner, { folder: config.web, limits, ratePerMinute: config.ratePerMinute })
    inner.register((innermost, _none, mounted) => {
      mountRoutes(innermost, { ...parts, routes, limits, idempotency })
      mountOtherMethods(innermost, methodsByPath(routes))
      mounted()
    })
    done()
  })
  endWell(app, { draining, closeLive: () => hub.closeAll('the server stops'), purge: idempotency.purge })
  return Object.assign(app, {
    routes,
    served,
    async drain() {
      const drained = draining.drain()
      hub.closeAll('the server stops')
      await drained
    },
  })
}

/** Cookies, headers that hold a browser back, and compression, for everything. */
function equip(app: FastifyInstance, config: GatewayParts['config']): void {
  app.register(cookie, { hook: false })
  secure(app, config)
  app.register(compress, {
    threshold: COMPRESS_FROM,
    encodings: ['br', 'gzip'],
    globalDecompression: false,
    brotliOptions: BROTLI,
    customTypes:
      /^(?!text\/event-stream)(text\/.*|application\/(.*\+)?json|application\/javascript|image\/svg\+xml)(;|$)/,
  })
}

interface Ending {
  draining: Draining
  closeLive: () => void
  purge: () => Promise<void>
}

function endWell(app: FastifyInstance, { draining, closeLive, purge }: Ending): void {
  const purging = setInterval(() => {
    purge().catch((error: unknown) => app.log.warn({ err: error }, 'old idempotency keys were not removed'))
  }, PURGE_EVERY)
  purging.unref()
  app.addHook('preClose', async () => {
    clearInterval(purging)
    const drained = draining.drain()
    closeLive()
    await drained
  })
}

function methodsByPath(routes: readonly Route[]): Map<string, string[]> {
  const byPath = new Map<string, string[]>([['/ws', ['GET']]])
  for (const { endpoint } of routes) byPath.set(endpoint.path, [...(byPath.get(endpoint.path) ?? []), endpoint.method])
  return byPath
}

function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const found = problemOf(error, request.id)
  const expected = error instanceof AppError || found.status < 500
  if (!expected || isDatabaseRefusal(error))
    request.log.error({ err: error, correlationId: request.id }, 'request failed')
  if (error instanceof AppError && error.retryAfter !== undefined)
    reply.header('retry-after', Math.max(1, Math.ceil(error.retryAfter)))
  else if (found.status === 503) reply.header('retry-after', 1)
  if (found.status === 401) reply.header('www-authenticate', 'Bearer')
  reply.header('cache-control', 'no-store')
  return reply.code(found.status).type('application/problem+json').send(JSON.stringify(found))
}

/** A value the database had to refuse should have been refused by our own shapes: worth a line each time. */
const isDatabaseRefusal = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(22|23)/.test(String(error.code))
