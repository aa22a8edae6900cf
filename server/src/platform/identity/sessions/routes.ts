import * as wire from '@bellwether/contract/platform/session'
import { routes } from '../../gateway/index.ts'
import { personOf } from '../person.ts'
import type { AccessTokens } from '../tokens/access-tokens.ts'
import type { Sessions } from './service.ts'

export const sessionRoutes = (sessions: Sessions, tokens: Pick<AccessTokens, 'jwks'>) =>
  routes((r) => {
    r.on(wire.jwks, () => tokens.jwks())
    r.on(wire.listSessions, ({ query, principal }) => sessions.list(query, personOf(principal)))
    r.on(wire.revokeSession, async ({ params, principal }) => {
      await sessions.revokeOwn(params.id, personOf(principal))
      return {}
    })
    r.on(wire.revokeOtherSessions, async ({ principal }) => {
      const { id, sessionId } = personOf(principal)
      return { revoked: await sessions.end({ accountId: id, but: sessionId, why: 'revoked' }) }
    })
  })
