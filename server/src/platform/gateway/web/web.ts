import { existsSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { anonymous } from '../../access/index.ts'
import { AppError } from '../../errors/index.ts'
import { countDown } from '../http/admit.ts'
import { callerKey, type Limits, policyOf } from '../limits/index.ts'

const OURS = join(import.meta.dirname, '../../../../../web/dist')
/** Never a page of the app: what is not found there is not found. */
const MACHINES = /^\/(api|ws|metrics|livez|readyz|\.well-known)(\/|$)/
/** The bundler puts a hash of the content into these names. */
const HASHED = /[\\/]assets[\\/]/

const NOT_BUILT = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Bellwether</title></head>
<body><h1>Bellwether runs</h1>
<p>The web app is not built yet. Build it with <code>npm start</code>, then reload this page.</p>
<p>The API is here already: <a href="/api/docs">read and try it</a>.</p></body></html>`

export interface WebParts {
  folder: string | undefined
  limits: Limits
  ratePerMinute: number
}

/** Serves the built web app; every path that is a page of it gets the same first document. */
export function mountWeb(app: FastifyInstance, { folder = OURS, limits, ratePerMinute }: WebParts): void {
  const index = join(folder, 'index.html')
  const page = existsSync(index) ? readFileSync(index) : undefined
  // Pages and their parts are many for each opening; a caller who hammers them is stopped all the same.
  const policy = policyOf(ratePerMinute * 4)
  app.setNotFoundHandler(async (request, reply) => {
    countDown(reply, policy, await limits.take(`web ${callerKey(anonymous, request.ip)}`, policy))
    if (isPage(request)) return sendPage(reply, page)
    throw new AppError(
      'not_found',
      `there is nothing at ${request.method} ${request.url.split('?', 1)[0]?.slice(0, 200)}; see /api/docs for what there is`,
    )
  })
  if (page === undefined) return
  app.get('/', (_request, reply) => sendPage(reply, page))
  app.register(fastifyStatic, {
    root: folder,
    index: false,
    preCompressed: true,
    cacheControl: false,
    decorateReply: false,
    setHeaders: (response, path) => {
      response.header('cache-control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
}

const isPage = ({ method, url, headers }: FastifyRequest): boolean => {
  const path = url.split('?', 1)[0] ?? '/'
  return (
    (method === 'GET' || method === 'HEAD') &&
    !MACHINES.test(path) &&
    extname(path) === '' &&
    (headers.accept === undefined || /text\/html|\*\/\*/.test(headers.accept))
  )
}

const sendPage = (reply: FastifyReply, page: Buffer | undefined): FastifyReply =>
  reply
    .code(page ? 200 : 503)
    .header('cache-control', 'no-cache')
    .type('text/html; charset=utf-8')
    .send(page ?? NOT_BUILT)
