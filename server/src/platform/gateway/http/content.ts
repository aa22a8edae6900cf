import type { Endpoint } from '@bellwether/contract/endpoint'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../../errors/index.ts'
import { parseJson } from './json.ts'

/** JSON is parsed by our own rules, anything else an endpoint accepts arrives as it is. */
export function takeBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJson(body as Buffer))
    } catch (error) {
      done(error as Error)
    }
  })
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}

/** Refuses a body of a type the endpoint does not take, before it is read. */
export function refuseType(endpoint: Endpoint, { headers }: FastifyRequest): void {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  if (!hasBody || !endpoint.body) return
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity')
    throw new AppError('unsupported', 'a compressed body is not accepted; send it plain, without content-encoding')
  const accepted = ['application/json', ...(endpoint.accepts ?? [])]
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';')
  if (!accepted.includes(type.trim()))
    throw new AppError(
      'unsupported',
      `the content type ${type.trim() ? `"${type.trim().slice(0, 100)}"` : '(none)'} is not accepted here; send ${accepted.join(' or ')}`,
    )
  const charset = parameters.map((text) => /^\s*charset\s*=\s*"?([\w-]+)/.exec(text)?.[1]).find(Boolean)
  if (type.trim() === 'application/json' && charset && !['utf-8', 'utf8'].includes(charset))
    throw new AppError('unsupported', `JSON travels as UTF-8, not as ${charset}; leave the charset out`)
}
