import * as wire from '@bellwether/contract/platform/session'
import { unauthenticated } from '../../errors/index.ts'
import { routes } from '../../gateway/index.ts'
import type { FrontDoor } from '../door/door.ts'
import type { Sessions } from '../sessions/service.ts'
import type { SignIn } from './service.ts'
import type { Ways } from './ways.ts'

interface Parts {
  signIn: SignIn
  sessions: Sessions
  door: FrontDoor
  ways: Ways
}

export const signInRoutes = ({ signIn, sessions, door, ways }: Parts) =>
  routes((r) => {
    r.on(wire.signInWays, (call) => ways(call))
    r.on(wire.signIn, async (call) => {
      const at = door.doorOf(call)
      return door.handOver(await signIn.withPassword(call.body, at), at)
    })
    r.on(wire.refresh, async (call) => {
      const token = door.refreshTokenOf(call)
      if (!token) throw unauthenticated('send the refresh token in the body, or its cookie with x-bellwether: 1')
      const at = door.doorOf(call)
      return door.handOver(await sessions.refresh(token, at.device), at)
    })
    r.on(wire.signOut, async (call) => {
      const token = door.refreshTokenOf(call)
      const session = token ? await sessions.ofRefreshToken(token) : undefined
      if (session) await sessions.end({ accountId: session.accountId, only: session.id, why: 'signed_out' })
      const { kind, id, sessionId } = call.principal
      if (kind === 'user' && sessionId && sessionId !== session?.id)
        await sessions.end({ accountId: id, only: sessionId, why: 'signed_out' })
      return door.takeBack()
    })
  })
