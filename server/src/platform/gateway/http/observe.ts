import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Log, Metrics } from '../../telemetry/index.ts'

const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/**
 * Counts and times every request by route and status, and writes a line for each change and each refusal. Lines name
 * the route, never the address asked for: that may hold anything.
 */
export function observe(
  app: FastifyInstance,
  { log, metrics }: { log: Log; metrics: Metrics },
): (status: number) => void {
  const seconds = metrics.histogram({
    name: 'http_request_seconds',
    help: 'Time to answer, by route and status',
    labels: ['method', 'route', 'status'],
  })
  const raw = metrics.counter({
    name: 'http_refused_raw_total',
    help: 'What came in but was no request: malformed, too large or too slow',
    labels: ['status'],
  })
  const labelled = new Map<string, ReturnType<typeof seconds.labels>>()
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const route = routeOf(request)
    const status = reply.statusCode
    const key = `${request.method} ${status} ${route}`
    let timer = labelled.get(key)
    if (!timer) {
      timer = seconds.labels(request.method, route, String(status))
      labelled.set(key, timer)
    }
    timer.observe(reply.elapsedTime / 1000)
    if (status >= 400 || UNSAFE.has(request.method)) {
      const line = {
        correlationId: request.id,
        method: request.method,
        route,
        status,
        ms: Math.round(reply.elapsedTime),
      }
      if (status >= 500) log.error(line, 'request')
      else log.info(line, 'request')
    } else if (log.isLevelEnabled('debug'))
      log.debug({ correlationId: request.id, method: request.method, route, status }, 'request')
    done()
  })
  return (status) => raw.labels(String(status)).inc()
}

/** The route's pattern; one name for all addresses that have none. */
export const routeOf = (request: FastifyRequest): string =>
  request.is404 ? '(none)' : (request.routeOptions.url ?? '(none)')
