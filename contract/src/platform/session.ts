// Signing in and staying signed in.
//
// A browser sends the header `x-bellwether: 1`: tokens then travel only as httpOnly cookies and are left out of the
// answer. Any other client gets the tokens in the answer and sends `Authorization: Bearer <accessToken>`. Every unsafe
// request that is authenticated by cookie must carry `x-bellwether: 1` and come from our own origin.
//
// When a second factor is due and missing, the answer is 401 with `errors: [{ path: 'body.otp', … }]`: ask for the code
// and send the same request again with `otp`. Too many failures: 429 with `Retry-After`.
import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { Done, Instant, PageQuery, page } from '../page.ts'
import { PasskeyAnswer, PasskeyRequest } from './passkey.ts'

export const Email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .pipe(z.email({ error: 'must be an e-mail address' }))
/** What a person types: only its length is limited here; a new password also meets the rules of `account.ts`. */
const TypedPassword = z.string().min(1).max(1024)
/** Six digits of an authenticator app, or a recovery code. */
export const Otp = z.string().trim().min(6).max(40)

/** Tokens are absent when they travel as cookies. `expiresIn` is seconds; refresh shortly before it ends. */
export const SignedIn = z.object({
  accessToken: z.string().optional(),
  refreshToken: z.string().optional(),
  expiresIn: z.number().int(),
})
export type SignedIn = z.output<typeof SignedIn>

export const signIn = endpoint('POST /api/v1/auth/sign-in', {
  can: 'public',
  secret: true,
  summary: 'Sign in with e-mail and password, and the second factor where one is set',
  body: z.object({ email: Email, password: TypedPassword, otp: Otp.optional() }),
  answers: SignedIn,
  status: 200,
  perMinute: 300,
})

export const refresh = endpoint('POST /api/v1/auth/refresh', {
  can: 'public',
  secret: true,
  summary: 'Exchange the refresh token (body, or cookie with x-bellwether: 1) for a new pair',
  body: z.object({ refreshToken: z.string().max(200).optional() }),
  answers: SignedIn,
  status: 200,
})

export const signOut = endpoint('POST /api/v1/auth/sign-out', {
  can: 'public',
  summary: 'End the session of this refresh token, cookie or access token; cookies are taken away',
  body: z.object({ refreshToken: z.string().max(200).optional() }),
  answers: Done,
  status: 200,
})

/** What the sign-in page offers. */
export const Ways = z.object({
  password: z.boolean(),
  /** Absent when no provider is set up. */
  oidc: z.object({ issuer: z.string() }).optional(),
  /** Passkeys need a name: false when the page was opened by an IP address. */
  passkeys: z.boolean(),
  /** Nobody has ever signed in: the first administrator is still to follow the printed link. */
  firstStart: z.boolean(),
  /** Shortest password accepted when one is set. */
  passwordMinimum: z.number().int(),
})
export const signInWays = endpoint('GET /api/v1/auth/ways', {
  can: 'public',
  summary: 'Ways to sign in to this installation',
  answers: Ways,
})

export const passkeySignInOptions = endpoint('POST /api/v1/auth/passkey/options', {
  can: 'public',
  summary: 'Begin a sign-in with a passkey: pass `options` to navigator.credentials.get',
  body: z.object({}),
  answers: PasskeyRequest,
  status: 200,
  perMinute: 300,
})
export const passkeySignIn = endpoint('POST /api/v1/auth/passkey/sign-in', {
  can: 'public',
  lenient: true,
  secret: true,
  summary: 'Finish a sign-in with a passkey; no e-mail and no password needed',
  body: PasskeyAnswer,
  answers: SignedIn,
  status: 200,
  perMinute: 300,
})

/**
 * Sign-in at the OpenID provider. Send the browser to `url`; the provider sends it back to `/sign-in/oidc?code=…&state=…`,
 * a page of the web app that posts those parameters to `oidcFinish`. (The page itself must post, because our cookies are
 * SameSite=Strict and do not travel with a navigation that another site began.)
 */
export const oidcStart = endpoint('POST /api/v1/auth/oidc/start', {
  can: 'public',
  summary: 'Begin a sign-in at the OpenID provider',
  body: z.object({
    /** Ask the provider to authenticate again, for a confirmation rather than a mere sign-in. */
    fresh: z.boolean().default(false),
  }),
  answers: z.object({ url: z.url() }),
  status: 200,
  perMinute: 300,
})
export const oidcFinish = endpoint('POST /api/v1/auth/oidc/finish', {
  can: 'public',
  lenient: true,
  secret: true,
  summary: 'Finish a sign-in at the OpenID provider with the parameters it sent back',
  body: z.object({
    state: z.string().min(1).max(200),
    code: z.string().min(1).max(4000).optional(),
    iss: z.string().max(1000).optional(),
    error: z.string().max(200).optional(),
    error_description: z.string().max(1000).optional(),
  }),
  answers: SignedIn,
  status: 200,
  perMinute: 300,
})

/** Proves again who is there. Answers 403 `step_up_required` of other endpoints are cured by this. */
export const confirm = endpoint('POST /api/v1/auth/confirm', {
  can: 'signed-in',
  lenient: true,
  summary:
    'Confirm who you are before a dangerous act; holds for ten minutes. With a second factor set, only that counts',
  body: z
    .object({ password: TypedPassword.optional(), otp: Otp.optional(), passkey: PasskeyAnswer.optional() })
    .refine((body) => [body.password, body.otp, body.passkey].filter((way) => way !== undefined).length === 1, {
      error: 'must hold exactly one of password, otp and passkey',
    }),
  answers: z.object({ confirmedUntil: Instant }),
  status: 200,
  perMinute: 60,
})
export const confirmPasskeyOptions = endpoint('POST /api/v1/auth/confirm/passkey-options', {
  can: 'signed-in',
  summary: 'Begin a confirmation with one of your passkeys',
  body: z.object({}),
  answers: PasskeyRequest,
  status: 200,
})

export const Session = z.object({
  id: z.uuid(),
  /** The session this very request belongs to. */
  current: z.boolean(),
  client: z.enum(['browser', 'client']),
  /** How it began. */
  method: z.enum(['password', 'passkey', 'oidc', 'link']),
  userAgent: z.string(),
  ip: z.string(),
  createdAt: Instant,
  lastSeenAt: Instant,
  expiresAt: Instant,
})
export type Session = z.output<typeof Session>

export const listSessions = endpoint('GET /api/v1/me/sessions', {
  can: 'signed-in',
  summary: 'Your sessions, the last used first',
  query: PageQuery,
  answers: page(Session),
})
export const revokeSession = endpoint('DELETE /api/v1/me/sessions/:id', {
  can: 'signed-in',
  summary: 'End one of your sessions',
  params: z.object({ id: z.uuid() }),
  answers: Done,
})
export const revokeOtherSessions = endpoint('POST /api/v1/me/sessions/revoke-others', {
  can: 'signed-in',
  summary: 'End all your sessions but this one',
  stepUp: true,
  body: z.object({}),
  answers: z.object({ revoked: z.number().int() }),
  status: 200,
})

/** RFC 7517 key set by which anyone can check our access tokens. */
export const jwks = endpoint('GET /.well-known/jwks.json', {
  can: 'public',
  summary: 'Public keys of our access tokens',
  answers: z.object({
    keys: z.array(
      z.object({
        kty: z.literal('RSA'),
        kid: z.string(),
        alg: z.literal('RS256'),
        use: z.literal('sig'),
        n: z.string(),
        e: z.string(),
      }),
    ),
  }),
})
