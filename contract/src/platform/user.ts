import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { Done, Instant, PageQuery, page } from '../page.ts'
import { Grant, Grants, Role } from './access.ts'
import { Email } from './session.ts'

export const UserStatus = z.enum(['invited', 'active', 'suspended'])

/** A domain admin sees only people with a grant in their domains, and of those only the grants there. */
export const User = z.object({
  id: z.uuid(),
  email: z.string(),
  name: z.string(),
  status: UserStatus,
  grants: z.array(Grant),
  secondFactor: z.boolean(),
  createdAt: Instant,
  lastSeenAt: Instant.optional(),
  /** Until when an invitation that is still open can be accepted. */
  invitedUntil: Instant.optional(),
})
export type User = z.output<typeof User>

/** A path with the secret in its fragment, which no server ever sees: put the address of this installation before it. */
export const OneTimeLink = z.object({ path: z.string(), expiresAt: Instant })

const Id = z.object({ id: z.uuid() })
const Nothing = z.object({})

export const listUsers = endpoint('GET /api/v1/users', {
  can: 'user:read',
  summary: 'People with an account or an open invitation, by e-mail',
  query: PageQuery.extend({
    search: z.string().trim().max(100).optional(),
    status: UserStatus.optional(),
    role: Role.optional(),
  }),
  answers: page(User),
})
export const getUser = endpoint('GET /api/v1/users/:id', {
  can: 'user:read',
  summary: 'One person',
  params: Id,
  answers: User,
})
export const inviteUser = endpoint('POST /api/v1/users', {
  can: 'user:write',
  secret: true,
  summary: 'Invite a person; the link is shown once, works once and for seven days',
  stepUp: true,
  body: z.object({ email: Email, grants: Grants.min(1) }),
  answers: z.object({ user: User, link: OneTimeLink }),
  status: 201,
})
export const renewInvitation = endpoint('POST /api/v1/users/:id/invitation', {
  can: 'user:write',
  secret: true,
  summary: 'A new link for an invitation that is still open; the old one stops working',
  stepUp: true,
  params: Id,
  body: Nothing,
  answers: OneTimeLink,
  status: 201,
})
export const revokeInvitation = endpoint('DELETE /api/v1/users/:id/invitation', {
  can: 'user:write',
  summary: 'Take an open invitation back',
  params: Id,
  answers: Done,
})
export const changeGrants = endpoint('PUT /api/v1/users/:id/grants', {
  can: 'user:write',
  summary: 'Replace what a person is granted; grants outside your domains stay as they are',
  stepUp: true,
  params: Id,
  body: z.object({ grants: Grants }),
  answers: User,
})
export const suspendUser = endpoint('POST /api/v1/users/:id/suspend', {
  can: 'user:write',
  summary: 'Keep a person out until reactivated; sessions end at once',
  stepUp: true,
  params: Id,
  body: Nothing,
  answers: User,
  status: 200,
})
export const reactivateUser = endpoint('POST /api/v1/users/:id/reactivate', {
  can: 'user:write',
  summary: 'Let a suspended person in again',
  stepUp: true,
  params: Id,
  body: Nothing,
  answers: User,
  status: 200,
})
export const removeUser = endpoint('DELETE /api/v1/users/:id', {
  can: 'user:write',
  summary: 'Remove a person: personal fields are erased for good, the id stays for the records',
  stepUp: true,
  params: Id,
  answers: Done,
})
export const resetSecondFactor = endpoint('POST /api/v1/users/:id/reset-second-factor', {
  can: 'user:write',
  summary: 'Remove all second factors of a person who lost them; sessions end at once',
  stepUp: true,
  params: Id,
  body: Nothing,
  answers: User,
  status: 200,
})
export const resetPassword = endpoint('POST /api/v1/users/:id/reset-password', {
  can: 'user:write',
  secret: true,
  summary: 'A one-time link by which a person sets a new password; valid for a day',
  stepUp: true,
  params: Id,
  body: Nothing,
  answers: OneTimeLink,
  status: 201,
})
export const revokeUserSessions = endpoint('POST /api/v1/users/:id/revoke-sessions', {
  can: 'user:write',
  summary: 'End all sessions of a person',
  stepUp: true,
  params: Id,
  body: Nothing,
  answers: z.object({ revoked: z.number().int() }),
  status: 200,
})
