import {
  type DeadJob,
  dropDeadJob,
  getDeadJob,
  type JobQueue,
  listDeadJobs,
  listQueues,
  replayDeadJob,
} from '@bellwether/contract/platform/jobs'
import { Progress, Skeleton } from '@mantine/core'
import { IconChecks } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { queryOf, useAct } from '../../lib/api/queries.ts'
import { useFormats } from '../../lib/format.ts'
import { useMay } from '../../lib/me.ts'
import { GivenUp } from '../../ui/given-up.tsx'
import { Json } from '../../ui/json.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState, ErrorState } from '../../ui/states.tsx'
import { Status } from '../../ui/status.tsx'
import { type Column, DataTable, usePages, useRows } from '../../ui/table/index.ts'
import { failed, told } from '../../ui/toast.ts'

const queueColumns: Column<JobQueue>[] = [
  { id: 'queue', header: 'Queue', cell: ({ queue }) => queue, value: ({ queue }) => queue, primary: true },
  {
    id: 'state',
    header: 'State',
    cell: ({ dead, running }) =>
      dead > 0 ? (
        <Status level="bad">Some failed</Status>
      ) : running.length > 0 ? (
        <Status level="info">Working</Status>
      ) : (
        <Status level="good">Idle</Status>
      ),
    value: ({ dead, running }) => (dead > 0 ? 'some failed' : running.length > 0 ? 'working' : 'idle'),
  },
  { id: 'waiting', header: 'Waiting', cell: ({ waiting }) => waiting, value: ({ waiting }) => waiting, align: 'end' },
  {
    id: 'running',
    header: 'Running',
    cell: ({ running }) => <Running jobs={running} />,
    value: ({ running }) => running.length,
  },
  { id: 'dead', header: 'Failed', cell: ({ dead }) => dead, value: ({ dead }) => dead, align: 'end' },
  {
    id: 'schedules',
    header: 'By the clock',
    cell: ({ schedules }) =>
      schedules.length === 0 ? (
        <span className="bw-soft">—</span>
      ) : (
        schedules.map(({ name, expression, zone }) => (
          <div key={name}>
            {name} <code>{expression}</code> <span className="bw-soft">{zone}</span>
          </div>
        ))
      ),
    value: ({ schedules }) => schedules.map(({ expression, zone }) => `${expression} ${zone}`).join('; '),
  },
]

const deadColumns: Column<DeadJob>[] = [
  { id: 'queue', header: 'Queue', cell: ({ queue }) => queue, value: ({ queue }) => queue, primary: true },
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

/** How many run, and how far each of those is that tells it. */
function Running({ jobs }: { jobs: JobQueue['running'] }) {
  const { number } = useFormats()
  if (jobs.length === 0) return <span className="bw-soft">—</span>
  const telling = jobs.flatMap(({ id, progress }) => (progress ? [{ id, ...progress }] : []))
  return (
    <div style={{ display: 'grid', gap: '0.25rem', minWidth: '10rem' }}>
      <span className="bw-num">{number(jobs.length)}</span>
      {telling.map(({ id, share, note }) => (
        <div key={id}>
          <Progress value={100 * share} aria-label={`Progress of job ${id}`} />
          <span className="bw-soft">
            {Math.round(100 * share)} % {note}
          </span>
        </div>
      ))}
    </div>
  )
}

export function JobsPage() {
  const queues = useRows(listQueues, {}, ({ items }) => items)
  return (
    <Page title="Jobs" description="Work in the background: what waits, what runs, and what could not be done.">
      <DataTable
        label="Queues"
        titled
        columns={queueColumns}
        source={queues.source}
        keyOf={({ queue }) => queue}
        empty={<EmptyState title="No queues">No part of the program has background work yet.</EmptyState>}
      />
      <DeadJobs />
    </Page>
  )
}

function DeadJobs() {
  const may = useMay()
  const { source, exportAll } = usePages(listDeadJobs, {})
  const refreshes = [listDeadJobs, listQueues]
  const replay = useAct(replayDeadJob, { refreshes, onDone: () => told('The job is queued once more.') })
  const drop = useAct(dropDeadJob, { refreshes })
  const onError = (error: Error) => failed('The job could not be queued', error)
  return (
    <GivenUp
      label="Failed jobs"
      one="Failed job"
      columns={deadColumns}
      source={source}
      exportAll={exportAll}
      empty={
        <EmptyState title="No failed jobs" icon={<IconChecks size={22} stroke={1.6} />}>
          A job that failed as often as it may is kept here with its reason, to be queued once more.
        </EmptyState>
      }
      details={({ id }) => <Job id={id} />}
      acts={
        may('system:write')
          ? {
              retry: ({ id }) => replay.mutate({ params: { id } }, { onError }),
              drop: ({ id }) => drop.mutateAsync({ params: { id } }),
            }
          : undefined
      }
      loss={() => 'It will never be done.'}
    />
  )
}

function Job({ id }: { id: string }) {
  const job = useQuery(queryOf(getDeadJob, { params: { id } }))
  if (job.error) return <ErrorState error={job.error} retry={() => void job.refetch()} />
  if (!job.data) return <Skeleton height={200} radius="md" />
  return <Json label="The job" value={job.data} />
}
