import * as wire from '@bellwether/contract/platform/user'
import { routes } from '../../gateway/index.ts'
import type { Users } from './service.ts'

export const userRoutes = (users: Users) =>
  routes((r) => {
    r.on(wire.listUsers, ({ query, principal }) => users.list(query, principal))
    r.on(wire.getUser, ({ params, principal }) => users.show(params.id, principal))
    r.on(wire.inviteUser, ({ body, principal }) => users.invite(body, principal))
    r.on(wire.renewInvitation, ({ params, principal }) => users.renewInvitation(params.id, principal))
    r.on(wire.revokeInvitation, async ({ params, principal }) => {
      await users.revokeInvitation(params.id, principal)
      return {}
    })
    r.on(wire.changeGrants, ({ params, body, principal }) => users.changeGrants(params.id, body.grants, principal))
    r.on(wire.suspendUser, ({ params, principal }) => users.suspend(params.id, principal))
    r.on(wire.reactivateUser, ({ params, principal }) => users.reactivate(params.id, principal))
    r.on(wire.removeUser, async ({ params, principal }) => {
      await users.remove(params.id, principal)
      return {}
    })
    r.on(wire.resetSecondFactor, ({ params, principal }) => users.resetSecondFactor(params.id, principal))
    r.on(wire.resetPassword, ({ params, principal }) => users.resetPassword(params.id, principal))
    r.on(wire.revokeUserSessions, async ({ params, principal }) => ({
      revoked: await users.revokeSessions(params.id, principal),
    }))
  })
