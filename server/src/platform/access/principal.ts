import type { Permission } from '@bellwether/contract/endpoint'
import { type Grant, grantsOf } from './roles.ts'

/** Where a request came from; written to the audit log with every act. */
export interface Origin {
  ip: string
  userAgent: string
  requestId: string
}

/** Who acts: a signed-in person, an API key, the program itself, or nobody known. */
export interface Principal {
  kind: 'user' | 'key' | 'system' | 'anonymous'
  /** The person's id; an API key acts as its owner. */
  id: string
  name: string
  grants: readonly Grant[]
  /** An API key may do only these of the things its owner may; absent means all of them. */
  scopes?: readonly Permission[]
  keyId?: string
  sessionId?: string
  /** When this session last proved who it is (password with second factor, or passkey). */
  confirmedAt?: Date
}

export const anonymous: Principal = { kind: 'anonymous', id: 'anonymous', name: 'nobody', grants: [] }
export const system = (name: string): Principal => ({
  kind: 'system',
  id: `system:${name}`,
  name,
  grants: [{ role: 'super_admin', domain: '*' }],
})

const inScope = (principal: Principal, permission: Permission): boolean =>
  principal.scopes === undefined || principal.scopes.includes(permission)

/** Domains in which the principal has the permission; `'all'` when it holds everywhere. Lists filter by this in SQL. */
export function domainsOf(principal: Principal, permission: Permission): 'all' | string[] {
  if (!inScope(principal, permission)) return []
  const grants = grantsOf(principal.grants, permission)
  if (grants.some((grant) => grant.domain === '*')) return 'all'
  return [...new Set(grants.map((grant) => grant.domain))]
}

/** Whether the principal has the permission in a domain; without a domain: in any. */
export function allows(principal: Principal, permission: Permission, domain?: string): boolean {
  const domains = domainsOf(principal, permission)
  if (domains === 'all') return true
  return domain === undefined ? domains.length > 0 : domains.includes(domain)
}
