import type { Action, Permission } from '@bellwether/contract/endpoint'
import type { Grant } from '@bellwether/contract/platform/access'
import { may } from '../../lib/access.ts'

export const ACTIONS: readonly Action[] = ['read', 'write', 'execute', 'admin']

/** What a key can be given, in the order of the pages; a new kind of thing gets its line here. */
export const RESOURCES: readonly { name: string; label: string }[] = [
  { name: 'calendar', label: 'Calendar' },
  { name: 'user', label: 'Users and roles' },
  { name: 'flag', label: 'Flags' },
  { name: 'audit', label: 'Audit log' },
  { name: 'system', label: 'System' },
]

/** The permissions this person can hand to a key: those they have. */
export function scopesOf(grants: readonly Grant[]): { name: string; label: string; scopes: Permission[] }[] {
  return RESOURCES.map(({ name, label }) => ({
    name,
    label,
    scopes: ACTIONS.map((action): Permission => `${name}:${action}`).filter((scope) => may(grants, scope)),
  })).filter(({ scopes }) => scopes.length > 0)
}
