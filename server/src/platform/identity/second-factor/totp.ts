import { Secret, TOTP } from 'otpauth'

const PERIOD = 30 // seconds
/** Steps before and after the present one that are accepted, for clocks that are a little off. */
const WINDOW = 1

const totp = (secret: string, label = '') =>
  new TOTP({
    issuer: 'Bellwether',
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD,
    secret: Secret.fromBase32(secret),
  })

/** 160 bits in base32, as RFC 4226 recommends. */
export const newTotpSecret = (): string => new Secret({ size: 20 }).base32

/** What the QR code holds. */
export const totpUri = (secret: string, email: string): string => totp(secret, email).toString()

/** The time step whose code this is, or undefined. */
export function stepOf(secret: string, code: string, now: Date): number | undefined {
  const delta = totp(secret).validate({ token: code, timestamp: now.getTime(), window: WINDOW })
  return delta === null ? undefined : Math.floor(now.getTime() / 1000 / PERIOD) + delta
}
