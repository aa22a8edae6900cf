import type { Endpoint } from '@bellwether/contract/endpoint'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { allows, anonymous, type Origin, type Principal } from '../../access/index.ts'
import { AppError, forbidden, stepUpRequired, tooMany, unauthenticated } from '../../errors/index.ts'
import type { GatewayParts } from '../face.ts'
import { callerKey, type Limits, type Policy, policyOf, type Verdict } from '../limits/index.ts'
import { refuseType } from './content.ts'
import { cookiesOf, refuseForged } from './cookies.ts'

/** A dangerous act needs proof of who is there that is no older than this. */
const CONFIRMED_WITHIN = 10 * 60_000
/** Wrong credentials an address may show in a minute. */
const WRONG_CREDENTIALS = policyOf(60)

export interface Caller {
  principal: Principal
  origin: Origin
  cookies: Readonly<Record<string, string | undefined>>
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | undefined
  }
}

export type Admission = Pick<GatewayParts, 'config' | 'authenticate' | 'now'> & { limits: Limits }

/** Who calls, how often, may they, and in what form: all of it before the body is read. */
export function createAdmission(endpoint: Endpoint, { config, authenticate, limits, now }: Admission) {
  const policy = policyOf(endpoint.perMinute ?? config.ratePerMinute)
  const own = endpoint.perMinute === undefined ? '' : ` ${endpoint.method} ${endpoint.path}`

  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    refuseForged(request, config)
    const origin: Origin = {
      ip: request.ip,
      userAgent: String(request.headers['user-agent'] ?? '').slice(0, 500),
      requestId: request.id,
    }
    const cookies = cookiesOf(request.headers.cookie)
    const { authorization } = request.headers
    const principal =
      authorization === undefined && request.headers.cookie === undefined
        ? anonymous
        : await authenticate({
            method: request.method,
            headers: request.headers,
            authorization,
            cookies,
            origin,
          }).catch((error: unknown) => wrongCredentials(error, { endpoint, limits, ip: request.ip }))
    const taken = limits.take(callerKey(principal, request.ip) + own, policy)
    countDown(reply, policy, taken instanceof Promise ? await taken : taken)
    admit(endpoint, principal, now)
    refuseType(endpoint, request)
    request.caller = { principal, origin, cookies }
  }
}

/** Where everybody may call, an outworn credential counts as none; elsewhere guessing them is limited by address. */
async function wrongCredentials(
  error: unknown,
  { endpoint, limits, ip }: { endpoint: Endpoint; limits: Limits; ip: string },
): Promise<Principal> {
  if (!(error instanceof AppError && error.code === 'unauthenticated')) throw error
  if (endpoint.can === 'public') return anonymous
  const { allowed, retryAfter } = await limits.take(`wrong ${callerKey(anonymous, ip)}`, WRONG_CREDENTIALS)
  throw allowed ? error : tooMany('too many wrong credentials from this address', retryAfter)
}

/** Tells how much is left, in the form of draft-ietf-httpapi-ratelimit-headers-11 and in the older one of three headers. */
export function countDown(reply: FastifyReply, policy: Policy, verdict: Verdict): void {
  const { tightest, remaining, reset, allowed, retryAfter } = verdict
  reply.header('ratelimit-policy', policy.header)
  reply.header('ratelimit', `"${tightest.name}";r=${remaining};t=${reset}`)
  reply.header('ratelimit-limit', tightest.quota)
  reply.header('ratelimit-remaining', remaining)
  reply.header('ratelimit-reset', reset)
  if (!allowed)
    throw tooMany(
      `more than ${tightest.quota} requests within ${tightest.seconds === 1 ? 'a second' : `${tightest.seconds} seconds`}; try again in ${retryAfter} s`,
      retryAfter,
    )
}

function admit({ can, stepUp }: Endpoint, principal: Principal, now: () => Date): void {
  if (can !== 'public') {
    if (principal.kind === 'anonymous') throw unauthenticated('sign in first: send a bearer token or a session cookie')
    if (can !== 'signed-in' && !allows(principal, can)) throw forbidden(`this needs the permission ${can}`)
  }
  if (stepUp && now().getTime() - (principal.confirmedAt?.getTime() ?? Number.NEGATIVE_INFINITY) > CONFIRMED_WITHIN)
    throw stepUpRequired('confirm who you are first: POST /api/v1/auth/confirm, then send this again')
}
