import { jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import type { IdentityParts } from '../face.ts'
import { createSigningKeys, TOKEN_LIFE } from './signing-keys.ts'

export const TOKEN_SECONDS = TOKEN_LIFE / 1000
const TYPE = 'at+jwt' // RFC 9068
const AUDIENCE = 'bellwether'
/** Tokens whose signature was checked; a client sends the same one many times. */
const CHECKED = 5_000

const Claims = z.object({ sub: z.uuid(), sid: z.uuid(), jti: z.string(), exp: z.number() })
export type Claims = z.output<typeof Claims>

export function createAccessTokens(parts: Pick<IdentityParts, 'db' | 'secrets' | 'now' | 'newId' | 'config'>) {
  const { now, newId, config } = parts
  const keys = createSigningKeys(parts)
  const issuer = config.publicUrl ?? 'urn:bellwether'
  const checked = new Map<string, Claims>()

  async function check(token: string): Promise<Claims | undefined> {
    try {
      const { payload } = await jwtVerify(token, async ({ kid = '' }) => (await keys.publicKey(kid)) ?? unknownKey(), {
        algorithms: ['RS256'],
        typ: TYPE,
        issuer,
        audience: AUDIENCE,
        currentDate: now(),
      })
      return Claims.safeParse(payload).data
    } catch (error) {
      if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_J')) return undefined
      throw error
    }
  }

  return {
    jwks: keys.jwks,
    async mint({ accountId, sessionId }: { accountId: string; sessionId: string }): Promise<string> {
      const { kid, privateKey } = await keys.current()
      const issuedAt = Math.floor(now().getTime() / 1000)
      return new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: 'RS256', typ: TYPE, kid })
        .setIssuer(issuer)
        .setAudience(AUDIENCE)
        .setSubject(accountId)
        .setJti(newId())
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + TOKEN_SECONDS)
        .sign(privateKey)
    },
    /** What a token says, if we signed it and it is still alive. Whether its session still stands is another question. */
    async read(token: string): Promise<Claims | undefined> {
      const claims = checked.get(token) ?? (await check(token))
      if (!claims || claims.exp * 1000 <= now().getTime()) {
        checked.delete(token)
        return undefined
      }
      if (checked.size >= CHECKED) checked.clear()
      checked.set(token, claims)
      return claims
    },
  }
}
export type AccessTokens = ReturnType<typeof createAccessTokens>

function unknownKey(): never {
  throw Object.assign(new Error('unknown key'), { code: 'ERR_JWKS_NO_MATCHING_KEY' })
}
