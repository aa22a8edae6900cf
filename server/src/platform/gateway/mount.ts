import type { Endpoint } from '@bellwether/contract/endpoint'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { anonymous, type Origin } from '../access/index.ts'
import { currentTraceparent, isTraceparent, isTracing, runIn, traced } from '../telemetry/index.ts'
import type { GatewayParts } from './face.ts'
import { type Admission, createAdmission } from './http/admit.ts'
import { createForget, createRemember } from './http/remember.ts'
import { type Exchange, type Ready, ready, send, sendRaw } from './http/respond.ts'
import type { Idempotency } from './idempotency/index.ts'
import { createParser } from './parse.ts'
import type { Call, Route } from './routes.ts'

const ACCESS = /^(public|signed-in|[a-z][a-z\d-]*:(read|write|execute|admin))$/
const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

export interface Mounting extends Admission, Pick<GatewayParts, 'cache' | 'routes'> {
  idempotency: Idempotency
}

/** Puts every endpoint behind the same door. */
export function mountRoutes(app: FastifyInstance, parts: Mounting): void {
  const forget = createForget(parts.routes, parts.cache)
  for (const route of parts.routes) {
    const { endpoint } = route
    app.route({
      method: endpoint.method,
      url: endpoint.path,
      bodyLimit: endpoint.bodyLimit ?? parts.config.bodyLimit,
      ...(endpoint.produces && endpoint.produces !== 'text/event-stream' ? {} : { compress: false as const }),
      onRequest: createAdmission(endpoint, parts),
      handler: createHandler(route, { ...parts, forget }),
    })
  }
}

/** One that does not say who may, or would keep what it must not, is a fault of ours: found at start, not in use. */
export function refuseUnfit({ endpoint }: Route): void {
  const name = `${endpoint.method} ${endpoint.path}`
  if (!ACCESS.test(String(endpoint.can))) throw new Error(`${name} does not say who may: give it a fit "can"`)
  if (endpoint.cache && (endpoint.method !== 'GET' || endpoint.secret || endpoint.produces))
    throw new Error(`${name} cannot be cached: only JSON answers of GET without secrets can`)
}

function createHandler(
  { endpoint, handle }: Route,
  { config, cache, idempotency, forget }: Mounting & { forget: (endpoint: Endpoint) => Promise<void> },
) {
  const parse = createParser(endpoint)
  const remember = createRemember(endpoint, cache)
  const secret = isSecret(endpoint)
  const isUnsafe = UNSAFE.has(endpoint.method)
  const repeats = endpoint.method === 'POST' && !endpoint.produces && !secret
  const span = `${endpoint.method} ${endpoint.path}`

  /** Parses what came in; what it gives back does the work. */
  function prepare(request: FastifyRequest, reply: FastifyReply): () => unknown {
    const caller = request.caller ?? { principal: anonymous, origin: nowhere(request), cookies: {} }
    const { principal, origin } = caller
    const input = parse({ params: request.params, query: request.query, body: request.body }, principal)
    const call = callOf(input, caller, request, reply)
    const traceparent = traceOf(request)
    const context = { correlationId: request.id, principal, origin, ...(traceparent ? { traceparent } : {}) }
    if (traceparent) reply.header('traceparent', currentTraceparent() ?? traceparent)
    return () => runIn(context, () => handle(call))
  }

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const principal = request.caller?.principal ?? anonymous
    const exchange: Exchange = { request, reply, endpoint, isSecret: secret, config }
    // An address whose answer is remembered was found well formed when that was made.
    if (remember) {
      const make = async (): Promise<Ready> => ready(endpoint, await prepare(request, reply)(), principal)
      return send(exchange, await remember(request.url, principal, make))
    }
    const work = prepare(request, reply)
    if (endpoint.produces) return sendRaw(exchange, await work())
    const make = async (): Promise<Ready> => ready(endpoint, await work(), principal)
    const found = repeats ? await idempotency.once({ request, reply, endpoint, principal }, make) : await make()
    if (isUnsafe) await forget(endpoint)
    return send(exchange, found)
  }

  return (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    isTracing()
      ? traced(
          span,
          { 'http.request.method': request.method, 'http.route': endpoint.path },
          async (active) => {
            const sent = await answer(request, reply)
            active?.setAttribute('http.response.status_code', reply.statusCode)
            return sent
          },
          { kind: 'server', from: traceOf(request) },
        )
      : answer(request, reply)
}

/** Names by which an answer betrays that it holds a secret, for an endpoint that forgot to say so. */
const SECRET_FIELD = /^(access|refresh|id)?token$|secret|password|^ticket$|^apikey$|recoverycodes|otpauth/i

export function isSecret(endpoint: Endpoint): boolean {
  if (endpoint.secret) return true
  const { shape } = endpoint.answers as { shape?: Record<string, unknown> }
  return shape !== undefined && Object.keys(shape).some((name) => SECRET_FIELD.test(name))
}

function traceOf({ headers }: FastifyRequest): string | undefined {
  const { traceparent } = headers
  return typeof traceparent === 'string' && isTraceparent(traceparent) ? traceparent : undefined
}

const nowhere = (request: FastifyRequest): Origin => ({ ip: request.ip, userAgent: '', requestId: request.id })

/** What makes the signal of a call, when a handler asks for it; most never do. */
const REPLY = Symbol('reply')
const SIGNAL = Symbol('signal')
type WithSignal = Call & { [REPLY]: FastifyReply; [SIGNAL]?: AbortSignal }

const SIGNALLING = {
  get signal(): AbortSignal {
    const call = this as unknown as WithSignal
    call[SIGNAL] ??= abortedWith(call[REPLY])
    return call[SIGNAL]
  },
}

function abortedWith({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController()
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort()
  })
  return controller.signal
}

function callOf(
  { params, query, body }: { params: unknown; query: unknown; body: unknown },
  { principal, origin, cookies }: NonNullable<FastifyRequest['caller']>,
  ...[{ headers }, reply]: [FastifyRequest, FastifyReply]
): Call {
  const own = { params, query, body, principal, origin, cookies, headers, [REPLY]: reply }
  return Object.setPrototypeOf(own, SIGNALLING) as Call
}
