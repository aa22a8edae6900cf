import { allows, type Grant, type Principal, roleCovers } from '../../access/index.ts'

/** Grants of somebody that lie where the actor has a say. */
export const grantsWithin = (actor: Principal, grants: readonly Grant[]): Grant[] =>
  grants.filter(({ domain }) => allows(actor, 'user:read', domain))

/** Whether the actor may give or take this grant: only where they manage people, and never above their own role there. */
export const mayGrant = (actor: Principal, { role, domain }: Grant): boolean =>
  allows(actor, 'user:write', domain) &&
  actor.grants.some((own) => (own.domain === '*' || own.domain === domain) && roleCovers(own.role, role))

/**
 * Whether the actor may act on the whole person — suspend, remove, reset: everything they are granted must lie within
 * what the actor may grant, or a domain admin could take over somebody who has more elsewhere.
 */
export const mayManage = (actor: Principal, grants: readonly Grant[]): boolean =>
  grants.length === 0 ? allows(actor, 'user:write', '*') : grants.every((grant) => mayGrant(actor, grant))

/** The grants after a change: those the actor has no say over stay as they are. */
export function mergedGrants(actor: Principal, before: readonly Grant[], wanted: readonly Grant[]): Grant[] {
  const kept = before.filter(({ domain }) => !allows(actor, 'user:read', domain))
  return [...kept, ...wanted.filter(({ domain }) => !kept.some((grant) => grant.domain === domain))]
}

/** Grants that differ between two lists, whichever side they stand on. */
export const changedGrants = (before: readonly Grant[], after: readonly Grant[]): Grant[] => {
  const has = (list: readonly Grant[], { role, domain }: Grant) =>
    list.some((grant) => grant.role === role && grant.domain === domain)
  return [...before.filter((grant) => !has(after, grant)), ...after.filter((grant) => !has(before, grant))]
}

export const isSuperAdmin = (grants: readonly Grant[]): boolean => grants.some(({ role }) => role === 'super_admin')
