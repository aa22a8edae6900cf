import type { FastifyInstance, HTTPMethods } from 'fastify'
import { AppError } from '../../errors/index.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'] as const

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers only what else there is at its path. */
    refuses?: true
  }
}

/** `METHOD /path` of every route that serves something, however it came to be mounted. */
export function listServed(app: FastifyInstance): () => string[] {
  const served: string[] = []
  app.addHook('onRoute', ({ method, url, config }) => {
    if (!config?.refuses) served.push(...[method].flat().map((name) => `${name} ${url}`))
  })
  return () => served
}

/** Answers the methods a path does not have: OPTIONS with what it has, all others with 405 and the same. */
export function mountOtherMethods(app: FastifyInstance, byPath: ReadonlyMap<string, readonly string[]>): void {
  for (const [url, mounted] of byPath) {
    const has = new Set<string>([...mounted, 'OPTIONS', ...(mounted.includes('GET') ? ['HEAD'] : [])])
    const allow = METHODS.filter((method) => has.has(method)).join(', ')
    app.route({
      method: 'OPTIONS',
      url,
      config: { refuses: true },
      handler: (_request, reply) => reply.code(204).header('allow', allow).send(),
    })
    app.route({
      method: METHODS.filter((method) => !has.has(method)) as HTTPMethods[],
      url,
      config: { refuses: true },
      handler: (request, reply) => {
        reply.header('allow', allow)
        throw new AppError('method_not_allowed', `${request.method} is not possible here; ${allow} are`)
      },
    })
  }
}
