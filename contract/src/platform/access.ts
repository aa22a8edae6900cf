import { z } from 'zod'
import type { Action, Permission } from '../endpoint.ts'

/** From strongest to weakest; each role may do all that the roles after it may. */
export const ROLES = ['super_admin', 'domain_admin', 'analyst', 'viewer'] as const
export const Role = z.enum(ROLES)
export type Role = z.output<typeof Role>

/** A business area, or `*` for all of them. */
export const Domain = z
  .string()
  .regex(/^(\*|[a-z0-9][a-z0-9_-]{0,63})$/, 'must be * or lower-case letters, digits, - and _ (at most 64)')

/** A role in one domain of the business, or in all of them (`*`). */
export const Grant = z
  .object({ role: Role, domain: Domain })
  .refine(({ role, domain }) => role !== 'super_admin' || domain === '*', {
    path: ['domain'],
    error: 'must be * for a super admin',
  })
export type Grant = z.output<typeof Grant>

/** What one person is granted: at most one role in each domain. */
export const Grants = z
  .array(Grant)
  .max(100)
  .refine((grants) => new Set(grants.map(({ domain }) => domain)).size === grants.length, {
    error: 'must name each domain once',
  })

export const PermissionName = z
  .templateLiteral([z.string().regex(/^[a-z][a-z0-9-]{0,40}$/), ':', z.enum(['read', 'write', 'execute', 'admin'])])
  .meta({ description: 'A permission such as calendar:read' })

/** Resources of the house itself: nothing of the business, so a domain admin has no say over most of them. */
const HOUSE: Record<string, Partial<Record<Action, Role>>> = {
  user: { read: 'domain_admin', write: 'domain_admin', execute: 'domain_admin', admin: 'super_admin' },
  // To execute a flag is to be told what one gets: every client of a product needs that, with a key for nothing else.
  flag: { read: 'domain_admin', write: 'super_admin', execute: 'viewer', admin: 'super_admin' },
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
