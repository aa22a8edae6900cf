import { z } from 'zod'
import { event } from '../event.ts'
import { Grants } from './access.ts'
import { FlagKey } from './flags.ts'

// Facts about people carry ids only: names and e-mail addresses can be erased, facts cannot.
const About = z.object({ userId: z.uuid() })

export const UserInvited = event('platform.user-invited', 1, {
  summary: 'A person was invited',
  data: About.extend({ grants: Grants }),
})
export const UserJoined = event('platform.user-joined', 1, {
  summary: 'An invited person set up their account',
  data: About,
})
export const UserStatusChanged = event('platform.user-status-changed', 1, {
  summary: 'A person was suspended, reactivated or removed',
  data: About.extend({ status: z.enum(['active', 'suspended', 'removed']) }),
})
export const GrantsChanged = event('platform.grants-changed', 1, {
  summary: 'What a person may do has changed',
  data: About.extend({ grants: z.array(z.object({ role: z.string(), domain: z.string() })) }),
})
export const SessionRevoked = event('platform.session-revoked', 1, {
  summary: 'A session ended before its time',
  data: About.extend({
    sessionId: z.uuid(),
    reason: z.enum(['signed_out', 'revoked', 'reuse', 'password_changed', 'suspended', 'removed', 'factor_changed']),
  }),
})
export const SecondFactorChanged = event('platform.second-factor-changed', 1, {
  summary: 'A second factor was set, removed or reset',
  data: About.extend({
    factor: z.enum(['totp', 'passkey', 'recovery_codes', 'all']),
    change: z.enum(['set', 'removed']),
  }),
})
export const KeyRevoked = event('platform.key-revoked', 1, {
  summary: 'An API key was revoked',
  data: About.extend({ keyId: z.uuid() }),
})

export const FlagChanged = event('platform.flag-changed', 1, {
  summary: 'A feature flag was added, changed, switched or removed',
  data: z.object({
    key: FlagKey,
    version: z.number().int(),
    on: z.boolean(),
    change: z.enum(['added', 'changed', 'switched', 'removed']),
  }),
})
