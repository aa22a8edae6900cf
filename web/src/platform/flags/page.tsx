import { type Flag, FlagStatus, listFlags, removeFlag, switchFlag } from '@bellwether/contract/platform/flags'
import { ActionIcon, Button, Menu, NativeSelect, Switch, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconDots, IconFlag3, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { z } from 'zod'
import { useAct } from '../../lib/api/queries.ts'
import { useFormats } from '../../lib/format.ts'
import { useMay } from '../../lib/me.ts'
import { useUrlState } from '../../lib/url-state.ts'
import { Confirm, Dialog } from '../../ui/dialog.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Level, Status } from '../../ui/status.tsx'
import { type Column, DataTable, usePages } from '../../ui/table/index.ts'
import { failed, told } from '../../ui/toast.ts'
import { FlagForm } from './flag-form.tsx'
import { TryFlag } from './try-flag.tsx'
import { Versions } from './versions.tsx'

const LEVELS: Record<Flag['status'], Level> = {
  on: 'good',
  off: 'off',
  scheduled: 'info',
  ended: 'off',
  expired: 'warn',
}
const WORDS: Record<Flag['status'], string> = {
  on: 'On',
  off: 'Off',
  scheduled: 'Scheduled',
  ended: 'Ended',
  expired: 'Expired',
}

const Filters = z.object({ text: z.string().optional(), status: FlagStatus.optional(), add: z.boolean().optional() })
type Filters = z.output<typeof Filters>
type Doing = { what: 'change' | 'try' | 'versions' | 'remove'; flag: Flag }

const columnsFor = (decimal: (value: number) => string): Column<Flag>[] => [
  {
    id: 'key',
    header: 'Flag',
    cell: ({ key, description }) => (
      <div>
        <code>{key}</code>
        {description && (
          <div className="bw-soft" style={{ fontWeight: 400, fontSize: '0.8125rem' }}>
            {description}
          </div>
        )}
      </div>
    ),
    value: ({ key }) => key,
    primary: true,
  },
  {
    id: 'status',
    header: 'State',
    cell: ({ status }) => <Status level={LEVELS[status]}>{WORDS[status]}</Status>,
    value: ({ status }) => WORDS[status],
  },
  { id: 'kind', header: 'Gives', cell: givesOf, value: givesOf },
  {
    id: 'percent',
    header: 'For',
    cell: ({ percent, rules }) => (
      <>
        {decimal(percent)} %{rules.length > 0 && <span className="bw-soft"> + {rules.length} rules</span>}
      </>
    ),
    value: ({ percent }) => percent,
    align: 'end',
    nowrap: true,
  },
  { id: 'owner', header: 'Owner', cell: ({ owner }) => owner, value: ({ owner }) => owner },
  {
    id: 'expires',
    header: 'Expires',
    cell: ({ expiresAt }) => <Moment at={expiresAt} never="Never" />,
    value: ({ expiresAt }) => expiresAt,
    nowrap: true,
  },
]

function givesOf({ kind, variants }: Flag): string {
  return kind === 'boolean' ? 'Yes or no' : variants.map(({ name }) => name).join(', ')
}

export function FlagsPage() {
  const { decimal } = useFormats()
  const may = useMay()
  const mayWrite = may('flag:write')
  const [filters, setFilters] = useUrlState(Filters)
  const [doing, setDoing] = useState<Doing>()
  const { text, status, add } = filters
  const query = { ...(text ? { text } : {}), ...(status ? { status } : {}) }
  const { source, exportAll } = usePages(listFlags, { query })
  return (
    <Page
      title="Flags"
      description="Turn things on for some before all, and off for everybody at once. Any OpenFeature client can ask for them."
      actions={mayWrite && <AddButton onAdd={() => setFilters({ add: true })} />}
    >
      <DataTable
        label="Flags"
        columns={columnsFor(decimal)}
        source={source}
        exportAll={exportAll}
        keyOf={({ key }) => key}
        toolbar={<Toolbar filters={filters} onChange={setFilters} />}
        empty={
          text || status ? (
            <EmptyState title="No such flag">None has this text and state.</EmptyState>
          ) : (
            <NoFlags {...(mayWrite ? { onAdd: () => setFilters({ add: true }) } : {})} />
          )
        }
        actions={(flag) => <FlagActs flag={flag} mayWrite={mayWrite} onDo={(what) => setDoing({ what, flag })} />}
      />
      <AddFlag open={mayWrite && add === true} onClose={() => setFilters({ add: undefined })} />
      {doing && <FlagDialogs doing={doing} onClose={() => setDoing(undefined)} />}
    </Page>
  )
}

const AddButton = ({ onAdd }: { onAdd: () => void }) => (
  <Button leftSection={<IconPlus size={16} stroke={2} />} onClick={onAdd}>
    Add a flag
  </Button>
)

function NoFlags({ onAdd }: { onAdd?: () => void }) {
  return (
    <EmptyState
      title="No flags yet"
      icon={<IconFlag3 size={22} stroke={1.6} />}
      actions={
        onAdd && (
          <Button variant="default" onClick={onAdd}>
            Add the first flag
          </Button>
        )
      }
    >
      A flag has an owner and a day on which it expires, so that it does not stay for ever. Raising its percentage never
      takes it away from anyone who has it.
    </EmptyState>
  )
}

const AddFlag = ({ open, onClose }: { open: boolean; onClose: () => void }) => (
  <Dialog title="Add a flag" open={open} onClose={onClose} size="lg" keep>
    <FlagForm onDone={onClose} />
  </Dialog>
)

function FlagDialogs({ doing: { what, flag }, onClose }: { doing: Doing; onClose: () => void }) {
  if (what === 'remove') return <Remove flag={flag} onClose={onClose} />
  if (what === 'try')
    return (
      <Dialog title="Who gets what?" open onClose={onClose}>
        <TryFlag flag={flag} />
      </Dialog>
    )
  if (what === 'versions')
    return (
      <Dialog title={`Versions of ${flag.key}`} open onClose={onClose} size="lg">
        <Versions flag={flag} />
      </Dialog>
    )
  return (
    <Dialog title="Change the flag" open onClose={onClose} size="lg" keep>
      <FlagForm flag={flag} onDone={onClose} />
    </Dialog>
  )
}

function Toolbar({ filters, onChange }: { filters: Filters; onChange: (change: Partial<Filters>) => void }) {
  const [typed, setTyped] = useState(filters.text ?? '')
  const later = useDebouncedCallback((text: string) => onChange({ text: text || undefined }), 300)
  return (
    <>
      <TextInput
        aria-label="Search flags"
        placeholder="Search…"
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
          ...FlagStatus.options.map((value) => ({ value, label: WORDS[value] })),
        ]}
        onChange={({ currentTarget }) => onChange({ status: FlagStatus.safeParse(currentTarget.value).data })}
      />
    </>
  )
}

interface FlagActsProps {
  flag: Flag
  mayWrite: boolean
  onDo: (what: Doing['what']) => void
}

function FlagActs({ flag, mayWrite, onDo }: FlagActsProps) {
  const toggle = useAct(switchFlag, {
    refreshes: [listFlags],
    onDone: ({ on }) => told(`${flag.key} is ${on ? 'on' : 'off for everybody'}.`),
  })
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: '0.5rem' }}>
      {mayWrite && (
        <Switch
          aria-label={`${flag.key}, kill switch`}
          checked={flag.on}
          disabled={toggle.isPending}
          onChange={({ currentTarget }) =>
            toggle.mutate(
              { params: { key: flag.key }, body: { on: currentTarget.checked } },
              { onError: (error) => failed('The flag was not switched', error) },
            )
          }
        />
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Acts on ${flag.key}`}>
            <IconDots size={17} stroke={1.8} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayWrite && <Menu.Item onClick={() => onDo('change')}>Change…</Menu.Item>}
          <Menu.Item onClick={() => onDo('try')}>Who gets what?</Menu.Item>
          <Menu.Item onClick={() => onDo('versions')}>Versions</Menu.Item>
          {mayWrite && (
            <Menu.Item color="vermilion" onClick={() => onDo('remove')}>
              Remove…
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </span>
  )
}

function Remove({ flag, onClose }: { flag: Flag; onClose: () => void }) {
  const remove = useAct(removeFlag, { refreshes: [listFlags] })
  return (
    <Confirm
      title={`Remove ${flag.key}?`}
      act="Remove"
      onClose={onClose}
      onAct={() => remove.mutateAsync({ params: { key: flag.key } })}
    >
      Whoever asks for it gets their own default from then on.
    </Confirm>
  )
}
