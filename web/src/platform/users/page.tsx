import { ROLES } from '@bellwether/contract/platform/access'
import { listUsers, type User, UserStatus } from '@bellwether/contract/platform/user'
import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconUserPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { z } from 'zod'
import { grantName, ROLE_NAMES } from '../../lib/access.ts'
import { useMay } from '../../lib/me.ts'
import { useUrlState } from '../../lib/url-state.ts'
import { Moment } from '../../ui/moment.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Level, Status, Tag } from '../../ui/status.tsx'
import { type Column, DataTable, usePages } from '../../ui/table/index.ts'
import { InviteDialog } from './invite.tsx'
import { UserActs } from './user-acts.tsx'

const LEVELS: Record<User['status'], Level> = { active: 'good', invited: 'info', suspended: 'off' }
const STATUS_WORDS: Record<User['status'], string> = { active: 'Active', invited: 'Invited', suspended: 'Suspended' }

const Filters = z.object({
  search: z.string().optional(),
  status: UserStatus.optional(),
  role: z.enum(ROLES).optional(),
  add: z.boolean().optional(),
})
type Filters = z.output<typeof Filters>

const columns: Column<User>[] = [
  {
    id: 'name',
    header: 'Person',
    cell: ({ name, email }) => (
      <div>
        <div>{name || email}</div>
        {name && (
          <div className="bw-soft" style={{ fontWeight: 400, fontSize: '0.8125rem' }}>
            {email}
          </div>
        )}
      </div>
    ),
    value: ({ name, email }) => (name ? `${name} <${email}>` : email),
    primary: true,
  },
  {
    id: 'status',
    header: 'State',
    cell: ({ status }) => <Status level={LEVELS[status]}>{STATUS_WORDS[status]}</Status>,
    value: ({ status }) => STATUS_WORDS[status],
  },
  {
    id: 'grants',
    header: 'Roles',
    cell: ({ grants }) =>
      grants.length === 0 ? (
        <span className="bw-soft">None</span>
      ) : (
        <span style={{ display: 'inline-flex', flexWrap: 'wrap', gap: '0.25rem' }}>
          {grants.map((grant) => (
            <Tag key={grant.domain}>{grantName(grant)}</Tag>
          ))}
        </span>
      ),
    value: ({ grants }) => grants.map(grantName).join('; '),
  },
  {
    id: 'factor',
    header: 'Second factor',
    cell: ({ secondFactor, status }) =>
      status === 'invited' ? (
        <span className="bw-soft">—</span>
      ) : (
        <Status level={secondFactor ? 'good' : 'warn'}>{secondFactor ? 'Set' : 'Missing'}</Status>
      ),
    value: ({ secondFactor }) => (secondFactor ? 'set' : 'missing'),
  },
  {
    id: 'seen',
    header: 'Last seen',
    cell: ({ lastSeenAt }) => <Moment at={lastSeenAt} relative never="Never" />,
    value: ({ lastSeenAt }) => lastSeenAt,
    nowrap: true,
  },
]

export function UsersPage() {
  const may = useMay()
  const mayWrite = may('user:write')
  const [filters, setFilters] = useUrlState(Filters)
  const { search, status, role, add } = filters
  const query = { ...(search ? { search } : {}), ...(status ? { status } : {}), ...(role ? { role } : {}) }
  const { source, exportAll } = usePages(listUsers, { query })
  return (
    <Page
      title="Users and roles"
      description="Who has an account, and what each may do in which domain. People come in by invitation only."
      actions={
        mayWrite && (
          <Button leftSection={<IconUserPlus size={16} stroke={1.8} />} onClick={() => setFilters({ add: true })}>
            Invite a person
          </Button>
        )
      }
    >
      <DataTable
        label="People"
        columns={columns}
        source={source}
        exportAll={exportAll}
        keyOf={({ id }) => id}
        toolbar={<Toolbar filters={filters} onChange={setFilters} />}
        empty={<EmptyState title="Nobody fits">Nobody you may see has this name, state and role.</EmptyState>}
        {...(mayWrite ? { actions: (user: User) => <UserActs user={user} /> } : {})}
      />
      <InviteDialog open={mayWrite && add === true} onClose={() => setFilters({ add: undefined })} />
    </Page>
  )
}

function Toolbar({ filters, onChange }: { filters: Filters; onChange: (change: Partial<Filters>) => void }) {
  const [typed, setTyped] = useState(filters.search ?? '')
  const later = useDebouncedCallback((search: string) => onChange({ search: search || undefined }), 300)
  return (
    <>
      <TextInput
        aria-label="Search people by name or e-mail"
        placeholder="Name or e-mail…"
        value={typed}
        onChange={({ currentTarget }) => {
          setTyped(currentTarget.value)
          later(currentTarget.value.trim())
        }}
      />
      <NativeSelect
        aria-label="State"
        value={filters.status ?? ''}
        data={[
          { value: '', label: 'Any state' },
          ...UserStatus.options.map((value) => ({ value, label: STATUS_WORDS[value] })),
        ]}
        onChange={({ currentTarget }) => onChange({ status: UserStatus.safeParse(currentTarget.value).data })}
      />
      <NativeSelect
        aria-label="Role"
        value={filters.role ?? ''}
        data={[{ value: '', label: 'Any role' }, ...ROLES.map((value) => ({ value, label: ROLE_NAMES[value] }))]}
        onChange={({ currentTarget }) => onChange({ role: z.enum(ROLES).safeParse(currentTarget.value).data })}
      />
    </>
  )
}
