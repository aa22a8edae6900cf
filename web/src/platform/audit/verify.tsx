import {
  type AuditVerification,
  getAuditVerification,
  listAuditVerifications,
  verifyAudit,
} from '@bellwether/contract/platform/audit'
import { Button, Progress } from '@mantine/core'
import { IconShieldCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queryOf, useAct } from '../../lib/api/queries.ts'
import { useFormats } from '../../lib/format.ts'
import { useMay } from '../../lib/me.ts'
import { Moment } from '../../ui/moment.tsx'
import { Section } from '../../ui/page.tsx'
import { Notice } from '../../ui/status.tsx'
import { failed } from '../../ui/toast.ts'
import styles from './audit.module.css'

const POLL = 700

/** Whether the chain holds: the last verification, and a new one with its progress. */
export function Verify() {
  const may = useMay()
  const [runningId, setRunningId] = useState<string>()
  const latest = useQuery(queryOf(listAuditVerifications, {}))
  const begin = useAct(verifyAudit, { onDone: ({ id }) => setRunningId(id) })
  const running = useQuery({
    ...queryOf(getAuditVerification, { params: { id: runningId ?? '' } }),
    enabled: runningId !== undefined,
    refetchInterval: ({ state }) => (state.data?.state === 'running' || !state.data ? POLL : false),
  })
  const shown = running.data ?? begin.data ?? latest.data?.items[0]
  const isRunning = begin.isPending || shown?.state === 'running'
  return (
    <Section
      title="Is it whole?"
      description="Recomputes the chain from its first row and checks every signature."
      actions={
        may('audit:execute') && (
          <Button
            variant="default"
            leftSection={<IconShieldCheck size={16} stroke={1.7} />}
            loading={isRunning}
            onClick={() =>
              begin.mutate({ body: {} }, { onError: (error) => failed('The log could not be verified', error) })
            }
          >
            Verify now
          </Button>
        )
      }
    >
      <div aria-live="polite">
        {shown ? <Result verification={shown} /> : !isRunning && <p className={styles.none}>Not verified yet.</p>}
      </div>
    </Section>
  )
}

function Result({ verification }: { verification: AuditVerification }) {
  const { number } = useFormats()
  const { state, rows, total, sound, checkpoints, faultCount, faults, finishedAt, startedBy, reason, unsealed } =
    verification
  if (state === 'running')
    return (
      <div className={styles.progress}>
        <Progress value={total > 0 ? (100 * rows) / total : 100} aria-label="Rows verified" />
        <span className="bw-soft bw-num">
          {number(rows)} of {number(total)} rows
        </span>
      </div>
    )
  if (state === 'failed')
    return (
      <Notice level="warn" title="The verification did not finish">
        {reason ?? 'It was interrupted; begin again.'}
      </Notice>
    )
  if (sound)
    return (
      <Notice level="good" title="The log is whole">
        {number(rows)} rows and {number(checkpoints)} signed checkpoints verified <Moment at={finishedAt} relative /> by{' '}
        {startedBy}.{unsealed > 0 && ` ${number(unsealed)} newer acts are being sealed.`}
      </Notice>
    )
  return (
    <Notice level="bad" title={faultCount === 1 ? 'One fault found' : `${number(faultCount)} faults found`}>
      Somebody or something changed the log past the program. Keep a copy of the database before anything else, then
      compare with your last export.
      <ul className={styles.faults}>
        {faults.slice(0, 20).map((fault) => (
          <li key={`${fault.kind} ${fault.seq ?? ''} ${fault.checkpoint ?? ''}`}>{fault.detail}</li>
        ))}
      </ul>
    </Notice>
  )
}
