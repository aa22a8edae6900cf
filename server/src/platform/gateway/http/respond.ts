import { hash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Endpoint } from '@bellwether/contract/endpoint'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { maskFields, type Principal } from '../../access/index.ts'
import type { Config } from '../../config/index.ts'
import type { Answer } from '../routes.ts'
import { COMPRESS_FROM, compressed } from './compress.ts'
import { setCookie } from './cookies.ts'

/** An answer ready to leave: what may be kept of it, and what may not. */
export interface Ready {
  status: number
  headers: Readonly<Record<string, string>>
  text: string
  cookies?: Answer['cookies']
}

const TAGGED = new Set(['GET', 'HEAD'])
/** Statuses that by their meaning have no body. */
const BODILESS = new Set([204, 304])
const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({})

const isAnswer = (value: unknown): value is Answer =>
  typeof value === 'object' && value !== null && 'answer' in value && value.answer === true

/** What a handler gave, parsed by the endpoint's shape so that no unknown and no guarded field leaves. */
export function ready(endpoint: Endpoint, result: unknown, principal: Principal): Ready {
  const full = isAnswer(result) ? result : undefined
  const status = full?.status ?? endpoint.status ?? 200
  return {
    status,
    headers: full?.headers ?? NO_HEADERS,
    text: BODILESS.has(status) ? '' : textOf(endpoint, full ? full.body : result, principal),
    ...(full?.cookies ? { cookies: full.cookies } : {}),
  }
}

const textOf = (endpoint: Endpoint, body: unknown, principal: Principal): string =>
  JSON.stringify(maskFields(endpoint.answers, endpoint.answers.parse(body), principal))

export interface Exchange {
  request: FastifyRequest
  reply: FastifyReply
  endpoint: Endpoint
  /** Never compressed: beside what a caller put in, its length would give the secret away. */
  isSecret: boolean
  config: Pick<Config, 'publicUrl'>
}

export const etagOf = (text: string): string => `W/"${hash('sha1', text, 'base64url')}"`

/** Sends it, or says 304 to a client that holds the very same. */
export async function send({ request, reply, isSecret, config }: Exchange, found: Ready): Promise<FastifyReply> {
  const { status, headers, text, cookies } = found
  reply.code(status)
  for (const name in headers) reply.header(name, headers[name])
  if (cookies) addCookies({ request, config, reply }, cookies)
  const isTagged = status === 200 && TAGGED.has(request.method) && !isSecret
  if (headers['cache-control'] === undefined) reply.header('cache-control', isTagged ? 'private, no-cache' : 'no-store')
  if (isTagged) {
    const tag = headers.etag ?? etagOf(text)
    if (headers.etag === undefined) reply.header('etag', tag)
    const seen = request.headers['if-none-match']
    if (seen !== undefined && holds(seen, tag)) return reply.code(304).send()
  }
  if (BODILESS.has(status)) return reply.send()
  reply.header('content-type', 'application/json; charset=utf-8')
  if (text.length < COMPRESS_FROM || isSecret) return reply.send(text)
  reply.header('vary', 'accept-encoding')
  const small = await compressed(text, request.headers['accept-encoding'])
  return small ? reply.header('content-encoding', small.encoding).send(small.bytes) : reply.send(text)
}

/** Sends what is not JSON: text, bytes or a stream of the endpoint's own type. */
export function sendRaw(exchange: Exchange, result: unknown): FastifyReply {
  const { reply, endpoint } = exchange
  const full: Partial<Answer> & { body: unknown } = isAnswer(result) ? result : { body: result }
  reply.code(full.status ?? endpoint.status ?? 200)
  reply.header('content-type', endpoint.produces)
  reply.header('cache-control', 'no-store')
  for (const [name, value] of Object.entries(full.headers ?? {})) reply.header(name, value)
  if (full.cookies) addCookies(exchange, full.cookies)
  const { body } = full
  return reply.send(body instanceof Readable || Buffer.isBuffer(body) ? body : endpoint.answers.parse(body))
}

function addCookies(
  { request, reply, config }: Pick<Exchange, 'request' | 'reply' | 'config'>,
  cookies: NonNullable<Answer['cookies']>,
): void {
  const isSecure = request.protocol === 'https' || config.publicUrl?.startsWith('https:') === true
  for (const [name, cookie] of Object.entries(cookies))
    reply.header('set-cookie', setCookie({ name, isSecure, ...cookie }))
}

/** RFC 9110 §13.1.2: compared weakly. */
function holds(header: string, tag: string): boolean {
  if (header.trim() === '*') return true
  const bare = (text: string) => text.trim().replace(/^W\//, '')
  return header.split(',').some((seen) => bare(seen) === bare(tag))
}
