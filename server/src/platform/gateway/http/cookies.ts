import { fastifyCookie as cookie } from '@fastify/cookie'
import type { FastifyRequest } from 'fastify'
import type { Config } from '../../config/index.ts'
import { forbidden } from '../../errors/index.ts'
import type { CookieOptions } from '../routes.ts'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])
const NONE: Readonly<Record<string, string | undefined>> = Object.freeze({})

export const cookiesOf = (header: string | undefined): Readonly<Record<string, string | undefined>> =>
  header ? cookie.parse(header) : NONE

/**
 * A page of another site can make a browser send our cookies, but cannot add a header or change its origin. So an unsafe
 * request that comes with cookies instead of a bearer token must carry `x-bellwether: 1` and our own origin.
 */
export function refuseForged(request: FastifyRequest, config: Pick<Config, 'publicUrl' | 'corsOrigins'>): void {
  const { headers, method } = request
  if (!headers.cookie || headers.authorization !== undefined || SAFE.has(method)) return
  if (headers['x-bellwether'] !== '1')
    throw forbidden('a request with cookies must carry the header x-bellwether: 1; other clients send a bearer token')
  if (!isOurOrigin(request, config))
    throw forbidden(
      `the origin ${String(headers.origin ?? '(none)').slice(0, 100)} is not ours; set BELLWETHER_PUBLIC_URL when a proxy changes the address`,
    )
}

/** Whether the page that sends the request was served by us. */
export function isOurOrigin(
  request: FastifyRequest,
  { publicUrl, corsOrigins }: Pick<Config, 'publicUrl' | 'corsOrigins'>,
): boolean {
  const { origin } = request.headers
  if (origin === undefined) return false
  return (
    origin === `${request.protocol}://${request.host}` ||
    (publicUrl !== undefined && origin === new URL(publicUrl).origin) ||
    corsOrigins.includes(origin)
  )
}

/** A `Set-Cookie` line: httpOnly, SameSite=Strict, Secure over TLS. Without a value it takes the cookie away. */
export function setCookie({
  name,
  isSecure,
  value,
  path = '/',
  maxAgeSeconds,
}: { name: string; isSecure: boolean; value: string | undefined } & CookieOptions): string {
  return cookie.serialize(name, value ?? '', {
    httpOnly: true,
    sameSite: 'strict',
    path,
    secure: isSecure,
    ...(value === undefined ? { maxAge: 0, expires: new Date(0) } : {}),
    ...(value !== undefined && maxAgeSeconds !== undefined ? { maxAge: maxAgeSeconds } : {}),
  })
}
