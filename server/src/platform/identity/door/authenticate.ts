import { anonymous, type Principal } from '../../access/index.ts'
import { unauthenticated } from '../../errors/index.ts'
import type { Sessions } from '../sessions/service.ts'
import type { Cookies } from './cookies.ts'

interface Parts {
  cookies: Pick<Cookies, 'names'>
  sessions: Pick<Sessions, 'standing'>
  /** Whose API key this is, if it still holds. */
  byKey(key: string): Promise<Principal | undefined>
}

export interface Asked {
  authorization: string | undefined
  cookies: Readonly<Record<string, string | undefined>>
}

/** Tells who calls. That a cookie was not sent by the page of another site is for the gateway to see to. */
export function createAuthenticate({ cookies, sessions, byKey }: Parts) {
  async function bySession(token: string): Promise<Principal | undefined> {
    const standing = await sessions.standing(token)
    return (
      standing && {
        kind: 'user',
        id: standing.accountId,
        name: standing.name,
        grants: standing.grants,
        sessionId: standing.sessionId,
        ...(standing.confirmedAt ? { confirmedAt: standing.confirmedAt } : {}),
      }
    )
  }

  async function byHeader(authorization: string): Promise<Principal> {
    const token = /^Bearer +(\S+) *$/i.exec(authorization)?.[1]
    if (!token) throw unauthenticated('the Authorization header must read: Bearer, a blank, and a token or an API key')
    const isKey = token.startsWith('bw_')
    const principal = await (isKey ? byKey(token) : bySession(token))
    if (principal) return principal
    throw unauthenticated(
      isKey
        ? 'this API key is unknown, revoked or expired'
        : 'this access token does not hold, or no longer; refresh it or sign in again',
    )
  }

  return async ({ authorization, cookies: sent }: Asked): Promise<Principal> => {
    // With the header the cookie never counts, because the gateway then asks no proof of where the request comes from.
    if (authorization !== undefined) return byHeader(authorization)
    const token = sent[cookies.names.access]
    return (token ? await bySession(token) : undefined) ?? anonymous
  }
}
