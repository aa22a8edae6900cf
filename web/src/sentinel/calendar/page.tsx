import { type CalendarEntry, listCalendar, removeCalendarEntry } from '@bellwether/contract/sentinel/calendar'
import { ActionIcon, Button, NativeSelect, TextInput, Tooltip } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconCalendarPlus, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { z } from 'zod'
import { useAct } from '../../lib/api/queries.ts'
import { useMay } from '../../lib/me.ts'
import { useUrlState } from '../../lib/url-state.ts'
import { Confirm, Dialog } from '../../ui/dialog.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Tag } from '../../ui/status.tsx'
import { type Column, DataTable, usePages } from '../../ui/table/index.ts'
import { told } from '../../ui/toast.ts'
import { EntryForm } from './entry-form.tsx'
import { entityName, KINDS } from './kinds.ts'

const Filters = z.object({
  entity: z.string().optional(),
  show: z.enum(['all']).optional(),
  add: z.boolean().optional(),
})

const columns: Column<CalendarEntry>[] = [
  { id: 'title', header: 'Title', cell: ({ title }) => title, value: ({ title }) => title, primary: true },
  { id: 'kind', header: 'Kind', cell: ({ kind }) => <Tag>{KINDS[kind]}</Tag>, value: ({ kind }) => KINDS[kind] },
  {
    id: 'entity',
    header: 'Where',
    cell: ({ entity }) => entityName(entity),
    value: ({ entity }) => entityName(entity),
  },
  {
    id: 'starts',
    header: 'Starts',
    cell: ({ startsAt, zone }) => <Moment at={startsAt} zone={zone} />,
    value: ({ startsAt }) => startsAt,
    nowrap: true,
  },
  {
    id: 'ends',
    header: 'Ends',
    cell: ({ endsAt, zone }) => <Moment at={endsAt} zone={zone} />,
    value: ({ endsAt }) => endsAt,
    nowrap: true,
  },
  {
    id: 'margin',
    header: 'Felt around it',
    cell: (entry) => <span className="bw-soft">{marginOf(entry)}</span>,
    value: marginOf,
  },
  { id: 'domain', header: 'Domain', cell: ({ domain }) => domain, value: ({ domain }) => domain },
]

/** −6 h, +12 h */
function marginOf({ hoursBefore, hoursAfter }: CalendarEntry): string {
  const parts = [hoursBefore > 0 ? `−${hoursBefore} h` : '', hoursAfter > 0 ? `+${hoursAfter} h` : ''].filter(Boolean)
  return parts.join(', ') || '—'
}

function useEntries(entity: string | undefined, show: 'all' | undefined) {
  // From the start of today's hour: a fixed moment, or every drawing would ask anew.
  const today = useMemo(() => new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000).toISOString(), [])
  const query = { ...(entity ? { entity } : {}), ...(show === 'all' ? {} : { from: today }) }
  return usePages(listCalendar, { query })
}

export function CalendarPage() {
  const may = useMay()
  const mayWrite = may('calendar:write')
  const [{ entity, show, add }, setUrl] = useUrlState(Filters)
  const [editing, setEditing] = useState<CalendarEntry>()
  const [removing, setRemoving] = useState<CalendarEntry>()
  const { source, exportAll } = useEntries(entity, show)
  return (
    <Page
      title="Calendar"
      description="Days on which the business is meant to behave differently. What is expected raises no alarm."
      actions={mayWrite && <AddButton onAdd={() => setUrl({ add: true })} />}
    >
      <DataTable
        label="Calendar entries"
        columns={columns}
        source={source}
        exportAll={exportAll}
        keyOf={({ id }) => id}
        toolbar={<Toolbar entity={entity} show={show} onChange={setUrl} />}
        empty={
          entity ? (
            <NothingAt entity={entity} />
          ) : (
            <NoEntries {...(mayWrite ? { onAdd: () => setUrl({ add: true }) } : {})} />
          )
        }
        {...(mayWrite
          ? {
              actions: (entry: CalendarEntry) =>
                may('calendar:write', entry.domain) && (
                  <RowActs entry={entry} onEdit={setEditing} onRemove={setRemoving} />
                ),
            }
          : {})}
      />
      <AddEntry open={mayWrite && add === true} onClose={() => setUrl({ add: undefined })} />
      <ChangeEntry entry={editing} onClose={() => setEditing(undefined)} />
      {removing && <Remove entry={removing} onClose={() => setRemoving(undefined)} />}
    </Page>
  )
}

function AddEntry({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog title="Add to the calendar" open={open} onClose={onClose} keep>
      <EntryForm
        onDone={({ title }) => {
          onClose()
          told(`“${title}” is in the calendar.`)
        }}
      />
    </Dialog>
  )
}

function ChangeEntry({ entry, onClose }: { entry: CalendarEntry | undefined; onClose: () => void }) {
  return (
    <Dialog title="Change the entry" open={entry !== undefined} onClose={onClose} keep>
      {entry && (
        <EntryForm
          entry={entry}
          onDone={({ title }) => {
            onClose()
            told(`“${title}” is changed.`)
          }}
        />
      )}
    </Dialog>
  )
}

interface ToolbarProps {
  entity: string | undefined
  show: 'all' | undefined
  onChange: (change: { entity?: string | undefined; show?: 'all' | undefined }) => void
}

function Toolbar({ entity, show, onChange }: ToolbarProps) {
  const [typed, setTyped] = useState(entity ?? '')
  const later = useDebouncedCallback((text: string) => onChange({ entity: text || undefined }), 300)
  return (
    <>
      <TextInput
        aria-label="Only what concerns this site, warehouse, carrier or country"
        placeholder="Site, warehouse, country…"
        value={typed}
        onChange={({ currentTarget }) => {
          setTyped(currentTarget.value)
          later(currentTarget.value.trim())
        }}
      />
      <NativeSelect
        aria-label="Which entries"
        value={show ?? 'ahead'}
        data={[
          { value: 'ahead', label: 'Now and ahead' },
          { value: 'all', label: 'Past ones too' },
        ]}
        onChange={({ currentTarget }) => onChange({ show: currentTarget.value === 'all' ? 'all' : undefined })}
      />
    </>
  )
}

const AddButton = ({ onAdd }: { onAdd: () => void }) => (
  <Button leftSection={<IconPlus size={16} stroke={2} />} onClick={onAdd}>
    Add entry
  </Button>
)

const NothingAt = ({ entity }: { entity: string }) => (
  <EmptyState title={`Nothing planned at “${entity}”`}>
    Entries of the whole business are shown for every place; there is none either.
  </EmptyState>
)

function NoEntries({ onAdd }: { onAdd?: () => void }) {
  return (
    <EmptyState
      title="Nothing is planned"
      icon={<IconCalendarPlus size={22} stroke={1.6} />}
      actions={
        onAdd && (
          <Button variant="default" onClick={onAdd}>
            Add the first entry
          </Button>
        )
      }
    >
      A sale doubles the orders, a holiday empties the warehouse: neither is an incident. Enter what you know ahead, for
      the whole business or for one site, and the detectors expect it.
    </EmptyState>
  )
}

interface RowActsProps {
  entry: CalendarEntry
  onEdit: (entry: CalendarEntry) => void
  onRemove: (entry: CalendarEntry) => void
}

function RowActs({ entry, onEdit, onRemove }: RowActsProps) {
  return (
    <>
      <Tooltip label="Change">
        <ActionIcon variant="subtle" color="gray" aria-label={`Change ${entry.title}`} onClick={() => onEdit(entry)}>
          <IconPencil size={16} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Remove">
        <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${entry.title}`} onClick={() => onRemove(entry)}>
          <IconTrash size={16} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
    </>
  )
}

function Remove({ entry, onClose }: { entry: CalendarEntry; onClose: () => void }) {
  const remove = useAct(removeCalendarEntry, { refreshes: [listCalendar] })
  return (
    <Confirm
      title="Remove this entry?"
      act="Remove"
      onClose={onClose}
      onAct={() => remove.mutateAsync({ params: { id: entry.id } })}
    >
      “{entry.title}” (<Moment at={entry.startsAt} zone={entry.zone} />) is then an ordinary time again, and deviations
      in it raise alarms.
    </Confirm>
  )
}
