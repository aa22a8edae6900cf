import {
  type DeadLetter,
  dropDeadLetter,
  getDeadLetter,
  listDeadLetters,
  listGroups,
  replayDeadLetter,
} from '@bellwether/contract/platform/bus'
import { Button, Skeleton } from '@mantine/core'
import { IconMailCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queryOf, useAct } from '../../lib/api/queries.ts'
import { useMay } from '../../lib/me.ts'
import { Confirm, Dialog } from '../../ui/dialog.tsx'
import { Json } from '../../ui/json.tsx'
import { Moment } from '../../ui/moment.tsx'
import { EmptyState, ErrorState } from '../../ui/states.tsx'
import { type Column, DataTable, usePages } from '../../ui/table/index.ts'
import { failed, told } from '../../ui/toast.ts'

const columns: Column<DeadLetter>[] = [
  {
    id: 'type',
    header: 'Fact',
    cell: ({ type }) => <code>{type}</code>,
    value: ({ type }) => type,
    primary: true,
  },
  { id: 'group', header: 'Consumer', cell: ({ group }) => group, value: ({ group }) => group },
  { id: 'reason', header: 'What the last try said', cell: ({ reason }) => reason, value: ({ reason }) => reason },
  {
    id: 'attempts',
    header: 'Tries',
    cell: ({ attempts }) => attempts,
    value: ({ attempts }) => attempts,
    align: 'end',
  },
  {
    id: 'at',
    header: 'Given up',
    cell: ({ failedAt }) => <Moment at={failedAt} relative />,
    value: ({ failedAt }) => failedAt,
    nowrap: true,
  },
]

export function DeadLetters() {
  const may = useMay()
  const { source, exportAll } = usePages(listDeadLetters, {})
  const [shown, setShown] = useState<DeadLetter>()
  const [dropping, setDropping] = useState<DeadLetter>()
  const refreshes = [listDeadLetters, listGroups]
  const replay = useAct(replayDeadLetter, { refreshes, onDone: () => told('It is handed to its consumer once more.') })
  const drop = useAct(dropDeadLetter, { refreshes })
  return (
    <>
      <DataTable
        label="Dead letters"
        titled
        columns={columns}
        source={source}
        exportAll={exportAll}
        keyOf={({ id }) => id}
        empty={<NoLetters />}
        actions={(letter) => (
          <>
            <Button size="compact-sm" variant="subtle" onClick={() => setShown(letter)}>
              Show
            </Button>
            {may('system:write') && (
              <>
                <Button
                  size="compact-sm"
                  variant="subtle"
                  onClick={() =>
                    replay.mutate(
                      { params: { id: letter.id } },
                      { onError: (error) => failed('It could not be handed over', error) },
                    )
                  }
                >
                  Try again
                </Button>
                <Button size="compact-sm" variant="subtle" color="vermilion" onClick={() => setDropping(letter)}>
                  Drop
                </Button>
              </>
            )}
          </>
        )}
      />
      <Dialog title="Dead letter" open={shown !== undefined} onClose={() => setShown(undefined)} size="lg">
        {shown && <Letter id={shown.id} />}
      </Dialog>
      {dropping && (
        <Confirm
          title="Drop this dead letter?"
          act="Drop for good"
          onClose={() => setDropping(undefined)}
          onAct={() => drop.mutateAsync({ params: { id: dropping.id } })}
        >
          {dropping.group} will never handle this fact. The fact itself stays in the log.
        </Confirm>
      )}
    </>
  )
}

const NoLetters = () => (
  <EmptyState title="No dead letters" icon={<IconMailCheck size={22} stroke={1.6} />}>
    A fact that a consumer could not handle after several tries is set aside here, so that those behind it go on. You
    would read why, mend it, and hand it over again.
  </EmptyState>
)

function Letter({ id }: { id: string }) {
  const letter = useQuery(queryOf(getDeadLetter, { params: { id } }))
  if (letter.error) return <ErrorState error={letter.error} retry={() => void letter.refetch()} />
  if (!letter.data) return <Skeleton height={200} radius="md" />
  return (
    <div style={{ display: 'grid', gap: '0.75rem' }}>
      <p style={{ margin: 0 }}>{letter.data.reason}</p>
      <Json label="The fact" value={letter.data.fact} />
    </div>
  )
}
