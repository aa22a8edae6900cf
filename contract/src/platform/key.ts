import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { Done, Instant, PageQuery, page } from '../page.ts'
import { PermissionName } from './access.ts'

/** A key for programs: `Authorization: Bearer bw_<prefix>_<secret>`. Never more than its owner may at that moment. */
export const ApiKey = z.object({
  id: z.uuid(),
  name: z.string(),
  /** `bw_` and the first part, by which a key is recognised. */
  prefix: z.string(),
  scopes: z.array(PermissionName),
  createdAt: Instant,
  expiresAt: Instant.optional(),
  /** To the minute. */
  lastUsedAt: Instant.optional(),
})
export type ApiKey = z.output<typeof ApiKey>

export const listKeys = endpoint('GET /api/v1/me/keys', {
  can: 'signed-in',
  summary: 'Your API keys, the newest first',
  query: PageQuery,
  answers: page(ApiKey),
})
export const makeKey = endpoint('POST /api/v1/me/keys', {
  can: 'signed-in',
  secret: true,
  summary: 'Make an API key; the key is shown once. Admin scopes need a fresh confirmation',
  body: z.object({
    name: z.string().trim().min(1).max(80),
    scopes: z.array(PermissionName).min(1).max(100),
    expiresAt: Instant.optional(),
  }),
  answers: ApiKey.extend({ key: z.string() }),
  status: 201,
})
export const revokeKey = endpoint('DELETE /api/v1/me/keys/:id', {
  can: 'signed-in',
  summary: 'Revoke an API key; it stops working at once',
  params: z.object({ id: z.uuid() }),
  answers: Done,
})
