import * as wire from '@bellwether/contract/platform/health'
import { allows } from '../access/index.ts'
import { answer, routes } from '../gateway/index.ts'
import type { HealthRegistry } from './face.ts'

export const healthRoutes = (health: HealthRegistry) =>
  routes((r) => {
    r.on(wire.getHealth, async ({ principal }) => {
      const { parts, ...overall } = await health.report()
      return answer(allows(principal, 'system:read') ? { ...overall, parts } : overall, {
        headers: { 'cache-control': 'no-store' },
      })
    })
  })
