import type { Permission } from '@bellwether/contract/endpoint'
import { type Grant, ROLES, type Role, roleAllows, roleCovers } from '@bellwether/contract/platform/access'

export { type Grant, ROLES, type Role, roleAllows, roleCovers }

/** The grants of a list that carry a permission. */
export const grantsOf = (grants: readonly Grant[], permission: Permission): Grant[] =>
  grants.filter((grant) => roleAllows(grant.role, permission))
