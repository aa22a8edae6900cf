import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { Done, Instant, PageQuery, page } from '../page.ts'

const Base64Url = z
  .string()
  .max(20_000)
  .regex(/^[\w-]*$/, 'must be base64url')

/** What to pass to the browser (`PublicKeyCredentialRequestOptionsJSON` or `…CreationOptionsJSON`), and its ticket. */
export const PasskeyRequest = z.object({
  ceremony: z.uuid(),
  options: z.looseObject({ challenge: z.string() }),
})
export type PasskeyRequest = z.output<typeof PasskeyRequest>

/** `PublicKeyCredential.toJSON()` of the browser's answer to a sign-in or a confirmation. */
export const PasskeyAnswer = z.object({
  ceremony: z.uuid(),
  credential: z.object({
    id: Base64Url,
    rawId: Base64Url,
    type: z.literal('public-key'),
    authenticatorAttachment: z.enum(['platform', 'cross-platform']).nullish(),
    clientExtensionResults: z.looseObject({}).default({}),
    response: z.object({
      clientDataJSON: Base64Url,
      authenticatorData: Base64Url,
      signature: Base64Url,
      userHandle: Base64Url.nullish(),
    }),
  }),
})
export type PasskeyAnswer = z.output<typeof PasskeyAnswer>

/** `PublicKeyCredential.toJSON()` of the browser's answer to a registration. */
export const NewPasskey = z.object({
  ceremony: z.uuid(),
  name: z.string().trim().min(1).max(80),
  credential: z.object({
    id: Base64Url,
    rawId: Base64Url,
    type: z.literal('public-key'),
    authenticatorAttachment: z.enum(['platform', 'cross-platform']).nullish(),
    clientExtensionResults: z.looseObject({}).default({}),
    response: z.object({
      clientDataJSON: Base64Url,
      attestationObject: Base64Url,
      transports: z.array(z.string().max(40)).max(10).optional(),
    }),
  }),
})
export type NewPasskey = z.output<typeof NewPasskey>

export const Passkey = z.object({
  id: z.uuid(),
  name: z.string(),
  createdAt: Instant,
  lastUsedAt: Instant.optional(),
  /** Kept in a cloud key chain rather than on one device. */
  synced: z.boolean(),
})
export type Passkey = z.output<typeof Passkey>

const Id = z.object({ id: z.uuid() })

export const listPasskeys = endpoint('GET /api/v1/me/passkeys', {
  can: 'signed-in',
  summary: 'Your passkeys',
  query: PageQuery,
  answers: page(Passkey),
})
export const passkeyOptions = endpoint('POST /api/v1/me/passkeys/options', {
  can: 'signed-in',
  summary: 'Begin to add a passkey: pass `options` to navigator.credentials.create',
  stepUp: true,
  body: z.object({}),
  answers: PasskeyRequest,
  status: 200,
})
export const addPasskey = endpoint('POST /api/v1/me/passkeys', {
  can: 'signed-in',
  lenient: true,
  secret: true,
  summary: 'Finish adding a passkey; recovery codes come with your first second factor',
  stepUp: true,
  body: NewPasskey,
  answers: Passkey.extend({ recoveryCodes: z.array(z.string()).optional() }),
  status: 201,
})
export const renamePasskey = endpoint('PATCH /api/v1/me/passkeys/:id', {
  can: 'signed-in',
  summary: 'Give a passkey another name',
  params: Id,
  body: z.object({ name: NewPasskey.shape.name }),
  answers: Passkey,
})
export const removePasskey = endpoint('DELETE /api/v1/me/passkeys/:id', {
  can: 'signed-in',
  summary: 'Remove a passkey',
  stepUp: true,
  params: Id,
  answers: Done,
})
