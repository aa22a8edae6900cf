import { type LoggedFact, listEvents } from '@bellwether/contract/platform/bus'
import { Button, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useState } from 'react'
import { z } from 'zod'
import { useUrlState } from '../../lib/url-state.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Json } from '../../ui/json.tsx'
import { Moment } from '../../ui/moment.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, DataTable, usePages } from '../../ui/table/index.ts'

const columns: Column<LoggedFact>[] = [
  {
    id: 'type',
    header: 'Fact',
    cell: ({ type }) => <code>{type}</code>,
    value: ({ type }) => type,
    primary: true,
  },
  { id: 'at', header: 'When', cell: ({ time }) => <Moment at={time} />, value: ({ time }) => time, nowrap: true },
  {
    id: 'key',
    header: 'About',
    cell: ({ partitionkey }) => <code>{partitionkey}</code>,
    value: ({ partitionkey }) => partitionkey,
  },
  { id: 'source', header: 'Source', cell: ({ source }) => source, value: ({ source }) => source },
  {
    id: 'position',
    header: 'Position',
    cell: ({ position }) => position,
    value: ({ position }) => position,
    align: 'end',
  },
]

export function Facts() {
  const [{ type }, setUrl] = useUrlState(z.object({ type: z.string().optional() }))
  const [typed, setTyped] = useState(type ?? '')
  const later = useDebouncedCallback((text: string) => setUrl({ type: text || undefined }), 350)
  const { source, exportAll } = usePages(listEvents, { query: type ? { type } : {} })
  const [shown, setShown] = useState<LoggedFact>()
  return (
    <>
      <DataTable
        label="Facts"
        columns={columns}
        source={source}
        exportAll={exportAll}
        keyOf={({ id }) => id}
        toolbar={
          <TextInput
            aria-label="Only facts of this type"
            placeholder="Type: sentinel.calendar-changed"
            w="18rem"
            maw="100%"
            value={typed}
            onChange={({ currentTarget }) => {
              setTyped(currentTarget.value)
              later(currentTarget.value.trim())
            }}
          />
        }
        empty={
          <EmptyState title="No facts">
            Whatever happens in the business and in the program is written here as a fact, in the past tense.
          </EmptyState>
        }
        actions={(fact) => (
          <Button size="compact-sm" variant="subtle" onClick={() => setShown(fact)}>
            Show
          </Button>
        )}
      />
      <Dialog title="Fact" open={shown !== undefined} onClose={() => setShown(undefined)} size="lg">
        <Json label="The fact without its data" value={shown} />
      </Dialog>
    </>
  )
}
