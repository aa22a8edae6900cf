import { randomUUID } from 'node:crypto'
import type { Endpoint } from '@bellwether/contract/endpoint'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { allows, type Origin, type Principal } from '../access/index.ts'
import type { Config } from '../config/index.ts'
import { forbidden, unauthenticated } from '../errors/index.ts'
import { type Log, runIn } from '../telemetry/index.ts'
import { parseInput } from './parse.ts'
import { problemOf } from './problems.ts'
import type { Answer, Call, Route } from './routes.ts'

/**
 * Tells who calls, from the bearer token or the session cookie; `anonymous` when there is neither. Throws when a bearer
 * token does not hold, and when an unsafe request rests on a cookie without proof that our own page sent it.
 */
export type Authenticate = (request: {
  method: string
  headers: Readonly<Record<string, string | string[] | undefined>>
  cookies: Readonly<Record<string, string | undefined>>
  origin: Origin
}) => Promise<Principal>

export interface GatewayParts {
  config: Config
  log: Log
  authenticate: Authenticate
  routes: readonly Route[]
}

export type Gateway = FastifyInstance

/** The one door: who, may they, is it well formed, answer. */
export function createGateway({ config, log, authenticate, routes }: GatewayParts): Gateway {
  const app = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    bodyLimit: config.bodyLimit,
    genReqId: () => randomUUID(),
    disableRequestLogging: true,
  })
  app.setErrorHandler((error, request, reply) => refuse(error, request, reply))
  for (const { endpoint, handle } of routes) {
    app.route({
      method: endpoint.method,
      url: endpoint.path,
      handler: async (request, reply) => {
        const origin: Origin = {
          ip: request.ip,
          userAgent: String(request.headers['user-agent'] ?? ''),
          requestId: request.id,
        }
        const principal = await authenticate({ method: request.method, headers: request.headers, cookies: {}, origin })
        admit(endpoint, principal)
        const input = parseInput(endpoint, { params: request.params, query: request.query, body: request.body })
        const call = {
          ...input,
          principal,
          origin,
          headers: request.headers,
          cookies: {},
          signal: new AbortController().signal,
        }
        return runIn({ correlationId: request.id, principal, origin }, () =>
          reply_(reply, endpoint, handle(call as Call)),
        )
      },
    })
  }
  return app
}

function admit(endpoint: Endpoint, principal: Principal): void {
  if (endpoint.can === 'public') return
  if (principal.kind === 'anonymous') throw unauthenticated('sign in first: send a bearer token or a session cookie')
  if (endpoint.can !== 'signed-in' && !allows(principal, endpoint.can))
    throw forbidden(`this needs the permission ${endpoint.can}`)
}

async function reply_(reply: FastifyReply, endpoint: Endpoint, result: unknown): Promise<unknown> {
  const value = await result
  const full = isAnswer(value) ? value : { body: value }
  reply.code(('status' in full ? full.status : undefined) ?? endpoint.status ?? 200)
  return reply.send(endpoint.answers.parse(full.body))
}

const isAnswer = (value: unknown): value is Answer =>
  typeof value === 'object' && value !== null && 'answer' in value && value.answer === true

function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const found = problemOf(error, request.id)
  if (found.status >= 500) request.log.error({ err: error }, 'request failed')
  return reply.code(found.status).type('application/problem+json').send(found)
}
