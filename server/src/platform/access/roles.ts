import type { Action, Permission } from '@bellwether/contract/endpoint'

/** From strongest to weakest; each role may do all that the roles after it may. */
export const ROLES = ['super_admin', 'domain_admin', 'analyst', 'viewer'] as const
export type Role = (typeof ROLES)[number]

/** A role in one domain of the business, or in all of them (`*`). */
export interface Grant {
  role: Role
  domain: string
}

/** Resources of the house itself: nothing of the business, so a domain admin has no say over most of them. */
const HOUSE: Record<string, Partial<Record<Action, Role>>> = {
  user: { read: 'domain_admin', write: 'domain_admin', execute: 'domain_admin', admin: 'super_admin' },
  flag: { read: 'domain_admin', write: 'super_admin', execute: 'super_admin', admin: 'super_admin' },
  audit: { read: 'domain_admin', write: 'super_admin', execute: 'domain_admin', admin: 'super_admin' },
  system: { read: 'domain_admin', write: 'super_admin', execute: 'super_admin', admin: 'super_admin' },
}
const BUSINESS: Record<Action, Role> = { read: 'viewer', write: 'analyst', execute: 'analyst', admin: 'domain_admin' }

/** Whether `role` is at least as strong as `needed`. */
export const roleCovers = (role: Role, needed: Role): boolean => ROLES.indexOf(role) <= ROLES.indexOf(needed)

/** Whether a role carries a permission, the domain left aside. */
export function roleAllows(role: Role, permission: Permission): boolean {
  const [resource, action] = permission.split(':') as [string, Action]
  return roleCovers(role, HOUSE[resource]?.[action] ?? BUSINESS[action] ?? 'super_admin')
}

/** The grants of a list that carry a permission. */
export const grantsOf = (grants: readonly Grant[], permission: Permission): Grant[] =>
  grants.filter((grant) => roleAllows(grant.role, permission))
