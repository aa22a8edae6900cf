import {
  type DeadLetter,
  dropDeadLetter,
  getDeadLetter,
  listDeadLetters,
  listGroups,
  replayDeadLetter,
} from '@bellwether/contract/platform/bus'
import { Skeleton } from '@mantine/core'
import { IconMailCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { queryOf, useAct } from '../../lib/api/queries.ts'
import { useMay } from '../../lib/me.ts'
import { GivenUp } from '../../ui/given-up.tsx'
import { Json } from '../../ui/json.tsx'
import { Moment } from '../../ui/moment.tsx'
import { EmptyState, ErrorState } from '../../ui/states.tsx'
import { type Column, usePages } from '../../ui/table/index.ts'
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
  const refreshes = [listDeadLetters, listGroups]
  const replay = useAct(replayDeadLetter, { refreshes, onDone: () => told('It is handed to its consumer once more.') })
  const drop = useAct(dropDeadLetter, { refreshes })
  const onError = (error: Error) => failed('It could not be handed over', error)
  return (
    <GivenUp
      label="Dead letters"
      one="Dead letter"
      columns={columns}
      source={source}
      exportAll={exportAll}
      empty={<NoLetters />}
      details={({ id }) => <Letter id={id} />}
      acts={
        may('system:write')
          ? {
              retry: ({ id }) => replay.mutate({ params: { id } }, { onError }),
              drop: ({ id }) => drop.mutateAsync({ params: { id } }),
            }
          : undefined
      }
      loss={({ group }) => `${group} will never handle this fact. The fact itself stays in the log.`}
    />
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
