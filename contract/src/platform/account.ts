import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { Done, Instant } from '../page.ts'
import { Grant, PermissionName } from './access.ts'
import { Email, Otp, SignedIn } from './session.ts'

/** Shortest password accepted; ASVS 5.0 asks for 8 and recommends 15. */
export const PASSWORD_MINIMUM = 12
export const PASSWORD_RECOMMENDED = 15

/** Any characters, no rules of composition, no forced change; common ones and our own names are refused by the server. */
export const NewPassword = z
  .string()
  .max(256, 'must be at most 256 characters')
  .refine((text) => [...text.normalize('NFKC')].length >= PASSWORD_MINIMUM, {
    error: `must have at least ${PASSWORD_MINIMUM} characters; ${PASSWORD_RECOMMENDED} or more are better`,
  })

export const PersonName = z.string().trim().min(1).max(120)

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
function isLocale(name: string): boolean {
  try {
    return Intl.getCanonicalLocales(name).length === 1
  } catch {
    return false
  }
}

/** How the program looks to one person. `undefined` follows the browser. */
export const Preferences = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  density: z.enum(['comfortable', 'compact']).default('comfortable'),
  locale: z.string().max(40).refine(isLocale, { error: 'must be a language tag such as de-AT' }).optional(),
  zone: z.string().max(60).refine(isZone, { error: 'must be an IANA zone such as Europe/Berlin' }).optional(),
})
export type Preferences = z.output<typeof Preferences>

export const Me = z.object({
  id: z.uuid(),
  /** `key` when asked with an API key: the answer describes its owner. */
  kind: z.enum(['user', 'key']),
  email: z.string(),
  name: z.string(),
  preferences: Preferences,
  grants: z.array(Grant),
  /** What an API key is limited to. */
  scopes: z.array(PermissionName).optional(),
  hasPassword: z.boolean(),
  secondFactor: z.boolean(),
  /** Until when dangerous acts need no further confirmation. */
  confirmedUntil: Instant.optional(),
})
export type Me = z.output<typeof Me>

export const getMe = endpoint('GET /api/v1/me', {
  can: 'signed-in',
  summary: 'Who you are and what you may do',
  answers: Me,
})
export const changeMe = endpoint('PATCH /api/v1/me', {
  can: 'signed-in',
  summary: 'Change your name or preferences; what is left out stays',
  body: z.object({
    name: PersonName.optional(),
    preferences: z
      .object({
        theme: Preferences.shape.theme.unwrap().optional(),
        density: Preferences.shape.density.unwrap().optional(),
        /** `null` follows the browser again. */
        locale: Preferences.shape.locale.unwrap().nullable().optional(),
        zone: Preferences.shape.zone.unwrap().nullable().optional(),
      })
      .optional(),
  }),
  answers: Me,
})
export const changePassword = endpoint('POST /api/v1/me/password', {
  can: 'signed-in',
  summary: 'Change your password; your other sessions end',
  stepUp: true,
  body: z.object({ oldPassword: z.string().min(1).max(1024).optional(), newPassword: NewPassword }),
  answers: Done,
  status: 200,
  perMinute: 20,
})

/** 0 refused, 1 weak, 2 fair, 3 good, 4 strong. */
export const passwordStrength = endpoint('POST /api/v1/auth/password-strength', {
  can: 'public',
  summary: 'How strong a password would be, while it is typed; nothing is kept',
  body: z.object({
    password: z.string().max(256),
    email: z.string().max(254).optional(),
    name: z.string().max(120).optional(),
  }),
  answers: z.object({ score: z.number().int().min(0).max(4), accepted: z.boolean(), hint: z.string() }),
  status: 200,
  perMinute: 240,
})

const Token = z.string().min(20).max(200)

/** A one-time link `/welcome#token=…`: the first administrator's, an invitation, or a new password. */
export const showLink = endpoint('POST /api/v1/auth/link', {
  can: 'public',
  summary: 'What a one-time link is for',
  body: z.object({ token: Token }),
  answers: z.object({
    kind: z.enum(['first_start', 'invitation', 'password_reset']),
    email: z.string(),
    name: z.string().optional(),
    grants: z.array(Grant),
    expiresAt: Instant,
  }),
  status: 200,
  perMinute: 120,
})
export const acceptLink = endpoint('POST /api/v1/auth/link/accept', {
  can: 'public',
  secret: true,
  summary: 'Use a one-time link: set name and password and be signed in',
  body: z.object({ token: Token, name: PersonName.optional(), password: NewPassword, otp: Otp.optional() }),
  answers: SignedIn,
  status: 200,
  perMinute: 120,
})
export { Email }
