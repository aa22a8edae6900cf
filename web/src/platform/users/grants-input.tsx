import { type Grant, ROLES, type Role } from '@bellwether/contract/platform/access'
import { ActionIcon, Button, NativeSelect, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { ROLE_NAMES, ROLE_WORDS } from '../../lib/access.ts'
import { useMe } from '../../lib/me.ts'
import styles from './users.module.css'

interface GrantsInputProps {
  value: readonly Grant[]
  onChange: (grants: Grant[]) => void
  error?: string | undefined
}

/** Roles one may hand out: a super admin all, anybody else only those below their own. The server decides. */
function useRoles(): readonly Role[] {
  const { grants } = useMe()
  return grants.some(({ role }) => role === 'super_admin') ? ROLES : ROLES.slice(1)
}

/** One line a role: what, and where. */
export function GrantsInput({ value, onChange, error }: GrantsInputProps) {
  const roles = useRoles()
  const change = (at: number, grant: Partial<Grant>) =>
    onChange(value.map((old, index) => (index === at ? fitting({ ...old, ...grant }) : old)))
  return (
    <fieldset className={styles.grants}>
      <legend className={styles.legend}>Roles</legend>
      {value.map((grant, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no identity but its place
        <div key={index} className={styles.grant}>
          <NativeSelect
            aria-label={`Role ${index + 1}`}
            data={roles.map((role) => ({ value: role, label: ROLE_NAMES[role] }))}
            value={grant.role}
            onChange={({ currentTarget }) => change(index, { role: currentTarget.value as Role })}
          />
          <TextInput
            aria-label={`Domain of role ${index + 1}; a star is everywhere`}
            placeholder="* is everywhere"
            value={grant.domain}
            disabled={grant.role === 'super_admin'}
            onChange={({ currentTarget }) => change(index, { domain: currentTarget.value.trim().toLowerCase() })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={`Take role ${index + 1} away`}
            onClick={() => onChange(value.filter((_, at) => at !== index))}
          >
            <IconTrash size={16} stroke={1.7} />
          </ActionIcon>
          <p className={styles.means}>{ROLE_WORDS[grant.role]}</p>
        </div>
      ))}
      {value.length === 0 && <p className={styles.means}>No role: the person can sign in, and see nothing.</p>}
      {error && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={14} stroke={2} />}
        onClick={() => onChange([...value, { role: 'viewer', domain: value.length === 0 ? '*' : '' }])}
      >
        Another role
      </Button>
    </fieldset>
  )
}

/** A super admin is one everywhere or not at all. */
const fitting = (grant: Grant): Grant => (grant.role === 'super_admin' ? { ...grant, domain: '*' } : grant)
