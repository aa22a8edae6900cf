import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import { z } from 'zod'
import { reasonOf, unauthenticated, unavailable } from '../../errors/index.ts'
import { HOUR, type IdentityParts, later } from '../face.ts'

const TIMEOUT_SECONDS = 10
/** The provider's own description may change, its keys certainly do. */
const READ_AGAIN = HOUR
const SCOPE = 'openid email profile'
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** What must come back unchanged from the visit to the provider. */
export const Visit = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnsTo: z.string(),
  fresh: z.boolean(),
})
export type Visit = z.output<typeof Visit>

/** What the provider says about the person. */
export const Claims = z.object({
  iss: z.string(),
  sub: z.string().min(1).max(500),
  email: z.string().trim().toLowerCase().optional(),
  email_verified: z.union([z.boolean(), z.stringbool()]).optional(),
  name: z.string().optional(),
  auth_time: z.number().optional(),
})
export type Claims = z.output<typeof Claims>

type Settings = Pick<IdentityParts['config'], 'oidcIssuer' | 'oidcClientId' | 'oidcClientSecret'>

/** The OpenID provider that the configuration names; undefined when it names none. */
export function createProvider(settings: Settings, now: () => Date) {
  const { oidcIssuer, oidcClientId, oidcClientSecret } = settings
  if (!oidcIssuer || !oidcClientId) return undefined
  const issuer = new URL(oidcIssuer)
  let read: { at: Date; configuration: Promise<Configuration> } | undefined

  async function configuration(): Promise<Configuration> {
    if (!read || later(read.at, READ_AGAIN) < now()) read = { at: now(), configuration: discover() }
    try {
      return await read.configuration
    } catch (cause) {
      read = undefined
      throw unavailable(`the OpenID provider does not answer: ${reasonOf(cause)}`, { cause, retryAfter: 30 })
    }
  }

  const discover = (): Promise<Configuration> =>
    discovery(issuer, oidcClientId, undefined, oidcClientSecret ? ClientSecretPost(oidcClientSecret) : None(), {
      timeout: TIMEOUT_SECONDS,
      // Without TLS only on this machine, where nobody listens in between.
      execute: LOOPBACK.has(issuer.hostname) ? [allowInsecureRequests] : [],
    })

  return {
    issuer: issuer.href,
    async begin({ returnsTo, fresh }: Pick<Visit, 'returnsTo' | 'fresh'>): Promise<{ url: string; visit: Visit }> {
      const visit = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier(), returnsTo, fresh }
      const url = buildAuthorizationUrl(await configuration(), {
        redirect_uri: returnsTo,
        scope: SCOPE,
        state: visit.state,
        nonce: visit.nonce,
        code_challenge: await calculatePKCECodeChallenge(visit.verifier),
        code_challenge_method: 'S256',
        ...(fresh ? { prompt: 'login', max_age: '0' } : {}),
      })
      return { url: url.href, visit }
    },
    /** Exchanges the code for what the provider says; the library checks state, nonce, signature, audience and times. */
    async finish(visit: Visit, answer: Record<string, string>): Promise<Claims> {
      const known = await configuration()
      const url = new URL(visit.returnsTo)
      url.search = new URLSearchParams(answer).toString()
      const tokens = await authorizationCodeGrant(known, url, {
        pkceCodeVerifier: visit.verifier,
        expectedState: visit.state,
        expectedNonce: visit.nonce,
        idTokenExpected: true,
        ...(visit.fresh ? { maxAge: 300 } : {}),
      }).catch((error: unknown) => {
        throw unauthenticated(`the OpenID provider did not confirm who you are: ${reasonOf(error).slice(0, 200)}`)
      })
      const claims = Claims.safeParse(tokens.claims())
      if (!claims.success) throw unauthenticated('the OpenID provider sent claims that do not fit')
      return claims.data
    },
  }
}
export type Provider = NonNullable<ReturnType<typeof createProvider>>
