import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { Done, Instant } from '../page.ts'

export const SecondFactor = z.object({
  /** Whether a sign-in by password asks for a second factor. */
  required: z.boolean(),
  totp: z.object({ since: Instant }).optional(),
  passkeys: z.number().int(),
  recoveryCodesLeft: z.number().int(),
})
export type SecondFactor = z.output<typeof SecondFactor>

/** Shown once; each works once in place of a code. */
const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) })

export const getSecondFactor = endpoint('GET /api/v1/me/second-factor', {
  can: 'signed-in',
  summary: 'Which second factors protect your account',
  answers: SecondFactor,
})
export const beginTotp = endpoint('POST /api/v1/me/second-factor/totp/begin', {
  can: 'signed-in',
  secret: true,
  summary: 'Begin to set up an authenticator app: show `uri` as a QR code and `secret` to type',
  stepUp: true,
  body: z.object({}),
  answers: z.object({ secret: z.string(), uri: z.string() }),
  status: 200,
})
export const enableTotp = endpoint('POST /api/v1/me/second-factor/totp', {
  can: 'signed-in',
  secret: true,
  summary: 'Finish setting up the authenticator app with a code it shows',
  stepUp: true,
  body: z.object({
    otp: z
      .string()
      .trim()
      .regex(/^\d{6}$/, 'must be the six digits that the app shows'),
  }),
  answers: z.object({ recoveryCodes: z.array(z.string()).optional() }),
  status: 200,
})
export const disableTotp = endpoint('DELETE /api/v1/me/second-factor/totp', {
  can: 'signed-in',
  summary: 'Remove the authenticator app',
  stepUp: true,
  answers: Done,
})
export const renewRecoveryCodes = endpoint('POST /api/v1/me/second-factor/recovery-codes', {
  can: 'signed-in',
  secret: true,
  summary: 'Ten new recovery codes; the old ones stop working',
  stepUp: true,
  body: z.object({}),
  answers: RecoveryCodes,
  status: 200,
})
