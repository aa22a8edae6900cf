import * as wire from '@bellwether/contract/platform/health'
import { allows } from '../access/index.ts'
import { forbidden, unavailable } from '../errors/index.ts'
import type { GatewayParts } from './face.ts'
import { type Call, type Route, routes } from './routes.ts'

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

/** Whether the caller runs on this machine: not a proxy that does, and not a page in a browser that does. */
const isLocal = ({ origin, headers }: Pick<Call, 'origin' | 'headers'>): boolean =>
  LOOPBACK.has(origin.ip) &&
  headers['x-forwarded-for'] === undefined &&
  headers.forwarded === undefined &&
  headers['sec-fetch-site'] === undefined

export const probeRoutes = ({
  health,
  metrics,
  isDraining,
}: Pick<GatewayParts, 'health' | 'metrics'> & { isDraining: () => boolean }): Route[] =>
  routes((r) => {
    r.on(wire.getLiveness, () => ({ status: 'ok' as const }))
    r.on(wire.getReadiness, async () => {
      if (isDraining()) throw unavailable('this process stops')
      if (!(await health.isReady())) throw unavailable('a part this process needs is down; see /api/v1/health')
      return { status: 'ok' as const }
    })
    r.on(wire.getMetrics, (call) => {
      if (!allows(call.principal, 'system:read') && !isLocal(call))
        throw forbidden('from elsewhere than this machine, metrics need a bearer token with system:read')
      return metrics.text()
    })
  })
