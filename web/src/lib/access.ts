import type { Permission } from '@bellwether/contract/endpoint'
import { type Grant, type Role, roleAllows } from '@bellwether/contract/platform/access'

/** What somebody may do is decided by the server; the pages only leave out what would be refused. */
export const may = (grants: readonly Grant[], permission: Permission, domain?: string): boolean =>
  grants.some(
    (grant) =>
      roleAllows(grant.role, permission) && (domain === undefined || grant.domain === '*' || grant.domain === domain),
  )

export const ROLE_NAMES: Record<Role, string> = {
  super_admin: 'Super admin',
  domain_admin: 'Domain admin',
  analyst: 'Analyst',
  viewer: 'Viewer',
}

export const ROLE_WORDS: Record<Role, string> = {
  super_admin: 'Everything, everywhere, the house included',
  domain_admin: 'Runs a domain: its people, its data, its actions',
  analyst: 'Reads and changes what a domain watches, and acts on it',
  viewer: 'Reads a domain, changes nothing',
}

export const domainName = (domain: string): string => (domain === '*' ? 'everywhere' : domain)

/** Analyst in warehouse */
export const grantName = ({ role, domain }: Grant): string =>
  `${ROLE_NAMES[role]} ${domain === '*' ? 'everywhere' : `in ${domain}`}`
