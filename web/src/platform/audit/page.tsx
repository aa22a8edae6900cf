import { type AuditEntry, searchAudit } from '@bellwether/contract/platform/audit'
import { Button, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconFilter, IconHistory } from '@tabler/icons-react'
import { useState } from 'react'
import { z } from 'zod'
import { useFormats } from '../../lib/format.ts'
import { useMay } from '../../lib/me.ts'
import { useUrlState } from '../../lib/url-state.ts'
import { instantOfWall } from '../../lib/zones.ts'
import { Moment } from '../../ui/moment.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, DataTable, usePages } from '../../ui/table/index.ts'
import styles from './audit.module.css'
import { ExportLog } from './export.tsx'
import { RecordDialog } from './record.tsx'
import { Verify } from './verify.tsx'

const Filters = z.object({
  text: z.string().optional(),
  actor: z.string().optional(),
  action: z.string().optional(),
  objectType: z.string().optional(),
  /** Days as they are on the reader's wall. */
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  open: z.string().optional(),
})
type Filters = z.output<typeof Filters>

const columns: Column<AuditEntry>[] = [
  { id: 'at', header: 'When', cell: ({ at }) => <Moment at={at} />, value: ({ at }) => at, nowrap: true },
  { id: 'actor', header: 'Who', cell: ({ actor }) => actor.name, value: ({ actor }) => actor.name, primary: true },
  {
    id: 'action',
    header: 'Did',
    cell: ({ action }) => <code>{action}</code>,
    value: ({ action }) => action,
    nowrap: true,
  },
  {
    id: 'object',
    header: 'To',
    cell: ({ object }) => (
      <>
        {object.type} <span className="bw-soft bw-mono">{shortened(object.id)}</span>
      </>
    ),
    value: ({ object }) => `${object.type} ${object.id}`,
  },
  {
    id: 'from',
    header: 'From',
    cell: ({ from }) => <span className="bw-num">{from?.ip ?? '—'}</span>,
    value: ({ from }) => from?.ip,
  },
  {
    id: 'seq',
    header: 'Place in the chain',
    cell: ({ seq }) => seq ?? <span className="bw-soft">sealing…</span>,
    value: ({ seq }) => seq,
    align: 'end',
  },
]

/** The end of an id tells them apart; the whole stands in the record. */
const shortened = (id: string): string => (id.length > 14 ? `…${id.slice(-8)}` : id)

/** The first moment of the day after, where the filter must end. */
function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
}

export function AuditPage() {
  const may = useMay()
  const { zone } = useFormats()
  const [filters, setFilters] = useUrlState(Filters)
  const { from, to, open, ...words } = filters
  const query = {
    ...words,
    ...(from ? { from: instantOfWall(from, zone) } : {}),
    ...(to ? { to: instantOfWall(dayAfter(to), zone) } : {}),
  }
  const { source, exportAll } = usePages(searchAudit, { query })
  return (
    <Page
      title="Audit log"
      description="Every change and every sensitive look: who, what, from where. Chained and signed, so that nothing can be changed unseen."
      actions={may('audit:admin') && <ExportLog />}
    >
      <Verify />
      <DataTable
        label="Acts"
        columns={columns}
        source={source}
        exportAll={exportAll}
        keyOf={({ id }) => id}
        toolbar={<Toolbar filters={filters} zone={zone} onChange={setFilters} />}
        empty={
          <EmptyState title="No such act" icon={<IconHistory size={22} stroke={1.6} />}>
            Nothing recorded fits these filters. Every change made here or by the API leaves a line.
          </EmptyState>
        }
        actions={(entry) => (
          <Button
            size="compact-sm"
            variant="subtle"
            aria-label={`Show ${entry.action} by ${entry.actor.name}`}
            onClick={() => setFilters({ open: entry.id })}
          >
            Show
          </Button>
        )}
      />
      <RecordDialog id={open} onClose={() => setFilters({ open: undefined })} />
    </Page>
  )
}

interface ToolbarProps {
  filters: Filters
  zone: string
  onChange: (change: Partial<Filters>) => void
}

function Toolbar({ filters, zone, onChange }: ToolbarProps) {
  const narrowed = [filters.actor, filters.action, filters.objectType, filters.from, filters.to].some(Boolean)
  const [more, setMore] = useState(narrowed)
  return (
    <div className={styles.filters}>
      <div className={styles.filterRow}>
        <Typed
          name="text"
          label="Search everything recorded"
          placeholder="Search everything…"
          {...{ filters, onChange }}
        />
        <Button
          variant="default"
          leftSection={<IconFilter size={15} stroke={1.8} />}
          aria-expanded={more}
          onClick={() => setMore(!more)}
        >
          Filters
        </Button>
      </div>
      {more && <MoreFilters filters={filters} zone={zone} onChange={onChange} />}
    </div>
  )
}

function MoreFilters({ filters, zone, onChange }: ToolbarProps) {
  return (
    <div className={styles.filterRow}>
      <Typed name="actor" label="Who" placeholder="Who" {...{ filters, onChange }} />
      <Typed name="action" label="Act, or its beginning" placeholder="Act: user." {...{ filters, onChange }} />
      <Typed name="objectType" label="Kind of object" placeholder="Kind: calendar" {...{ filters, onChange }} />
      <TextInput
        type="date"
        aria-label={`From this day, in ${zone}`}
        value={filters.from ?? ''}
        onChange={({ currentTarget }) => onChange({ from: currentTarget.value || undefined })}
      />
      <TextInput
        type="date"
        aria-label={`Up to this day, in ${zone}`}
        value={filters.to ?? ''}
        onChange={({ currentTarget }) => onChange({ to: currentTarget.value || undefined })}
      />
      <span className="bw-soft">days in {zone}</span>
    </div>
  )
}

interface TypedProps extends Omit<ToolbarProps, 'zone'> {
  name: 'text' | 'actor' | 'action' | 'objectType'
  label: string
  placeholder: string
}

function Typed({ name, label, placeholder, filters, onChange }: TypedProps) {
  const [typed, setTyped] = useState(filters[name] ?? '')
  const later = useDebouncedCallback((text: string) => onChange({ [name]: text || undefined }), 350)
  return (
    <TextInput
      aria-label={label}
      placeholder={placeholder}
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value)
        later(currentTarget.value.trim())
      }}
    />
  )
}
