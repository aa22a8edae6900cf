import { getHealth, type Health, type HealthPart, healthTopic } from '@bellwether/contract/platform/health'
import { Button } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { keyOf, queryOf } from '../../lib/api/queries.ts'
import { useFormats } from '../../lib/format.ts'
import { useTopic } from '../../lib/live/index.ts'
import { Moment } from '../../ui/moment.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Level, Status } from '../../ui/status.tsx'
import { type Column, DataTable } from '../../ui/table/index.ts'
import styles from './health.module.css'

const LEVELS: Record<Health['status'], Level> = { ok: 'good', degraded: 'warn', down: 'bad' }
const WORDS: Record<Health['status'], string> = { ok: 'Well', degraded: 'Degraded', down: 'Down' }
const SENTENCES: Record<Health['status'], string> = {
  ok: 'Everything works.',
  degraded: 'It works, but something is slow or missing.',
  down: 'Something it needs is down; requests fail.',
}
/** Worst first. */
const RANK: Record<Health['status'], number> = { down: 0, degraded: 1, ok: 2 }

const columnsFor = (milliseconds: (value: number) => string): Column<HealthPart>[] => [
  { id: 'name', header: 'Part', cell: ({ name }) => name, value: ({ name }) => name, primary: true },
  {
    id: 'status',
    header: 'State',
    cell: ({ status }) => <Status level={LEVELS[status]}>{WORDS[status]}</Status>,
    value: ({ status }) => RANK[status],
  },
  {
    id: 'reason',
    header: 'Why, and what to do',
    cell: ({ reason }) => reason ?? <span className="bw-soft">—</span>,
    value: ({ reason }) => reason,
  },
  { id: 'ms', header: 'Check took', cell: ({ ms }) => milliseconds(ms), value: ({ ms }) => ms, align: 'end' },
]

/** Where the live line is missing the page still does not grow old. */
const REREAD = 30_000

function useHealth() {
  const client = useQueryClient()
  const health = useQuery({ ...queryOf(getHealth, {}), refetchInterval: REREAD })
  useTopic(
    healthTopic,
    { changed: (report) => client.setQueryData(keyOf(getHealth, {}), report) },
    () => void health.refetch(),
  )
  return health
}

export function HealthPage() {
  const formats = useFormats()
  const health = useHealth()
  const parts = health.data?.parts?.toSorted((a, b) => RANK[a.status] - RANK[b.status] || (a.name < b.name ? -1 : 1))
  return (
    <Page
      title="Health"
      description="Every part of this installation, as it reports itself. Changes appear by themselves."
      actions={
        <Button
          variant="default"
          leftSection={<IconRefresh size={15} stroke={1.8} />}
          loading={health.isFetching}
          onClick={() => void health.refetch()}
        >
          Check now
        </Button>
      }
    >
      {health.data && <Sentence health={health.data} />}
      <DataTable
        label="Parts"
        titled
        columns={columnsFor(formats.milliseconds)}
        source={{
          rows: health.data ? (parts ?? []) : undefined,
          error: health.error,
          retry: () => void health.refetch(),
        }}
        keyOf={({ name }) => name}
        empty={
          <EmptyState title="No parts reported">
            The server tells its parts to those who may read the system.
          </EmptyState>
        }
      />
    </Page>
  )
}

function Sentence({ health }: { health: Health }) {
  const { number } = useFormats()
  return (
    <div className={styles.sentence} role="status">
      <Status level={LEVELS[health.status]}>{WORDS[health.status]}</Status>
      <strong className={styles.words}>{SENTENCES[health.status]}</strong>
      <dl className={styles.facts}>
        <div>
          <dt>Version</dt>
          <dd className="bw-num">{health.version}</dd>
        </div>
        <div>
          <dt>Up for</dt>
          <dd className="bw-num">{upFor(health.uptime, number)}</dd>
        </div>
        <div>
          <dt>As of</dt>
          <dd>
            <Moment at={health.at} />
          </dd>
        </div>
      </dl>
    </div>
  )
}

/** 3 d 4 h, 12 min */
function upFor(seconds: number, number: (value: number) => string): string {
  const minutes = Math.floor(seconds / 60)
  if (minutes < 1) return `${number(Math.floor(seconds))} s`
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${number(Math.floor(hours / 24))} d ${hours % 24} h`
}
