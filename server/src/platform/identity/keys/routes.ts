import * as wire from '@bellwether/contract/platform/key'
import { routes } from '../../gateway/index.ts'
import { personOf } from '../person.ts'
import type { Keys } from './service.ts'

export const keyRoutes = (keys: Keys) =>
  routes((r) => {
    r.on(wire.listKeys, ({ query, principal }) => keys.list(query, personOf(principal)))
    r.on(wire.makeKey, ({ body, principal }) => keys.make(body, personOf(principal)))
    r.on(wire.revokeKey, async ({ params, principal }) => {
      await keys.revoke(params.id, personOf(principal))
      return {}
    })
  })
