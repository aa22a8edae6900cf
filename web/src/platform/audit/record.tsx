import { type AuditChange, type AuditRecord, getAuditRecord } from '@bellwether/contract/platform/audit'
import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { queryOf } from '../../lib/api/queries.ts'
import { useFormats } from '../../lib/format.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Scroller } from '../../ui/scroller.tsx'
import { ErrorState } from '../../ui/states.tsx'
import styles from './audit.module.css'

/** One act in full. Its address can be sent to somebody. */
export function RecordDialog({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  return (
    <Dialog title="What was done" open={id !== undefined} onClose={onClose} size="lg">
      {id && <Record id={id} />}
    </Dialog>
  )
}

function Record({ id }: { id: string }) {
  const record = useQuery(queryOf(getAuditRecord, { params: { id } }))
  if (record.error) return <ErrorState error={record.error} retry={() => void record.refetch()} />
  if (!record.data) return <Skeleton height={220} radius="md" />
  const { changes } = record.data
  return (
    <div className={styles.record}>
      <Facts record={record.data} />
      {changes.length > 0 ? <Changes changes={changes} /> : <p className="bw-soft">Nothing was changed by it.</p>}
    </div>
  )
}

function Facts({ record }: { record: AuditRecord }) {
  const formats = useFormats()
  const { at, actor, action, object, from, seq, hash, correlationId } = record
  return (
    <dl className={styles.facts}>
      <Fact name="When">{formats.exact(at)}</Fact>
      <Fact name="Who">
        {actor.name} <span className="bw-soft">({actor.kind})</span>
      </Fact>
      <Fact name="Did">
        <code>{action}</code>
      </Fact>
      <Fact name="To">
        {object.type} <code>{object.id}</code>
        {object.domain && ` in ${object.domain}`}
      </Fact>
      {from && (
        <Fact name="From">
          {from.ip} <span className="bw-soft">{from.userAgent}</span>
        </Fact>
      )}
      {from && (
        <Fact name="Request">
          <code>{from.requestId}</code>
        </Fact>
      )}
      {correlationId && (
        <Fact name="Belongs to">
          <code>{correlationId}</code>
        </Fact>
      )}
      <Fact name="Chain">{seq === undefined ? 'being sealed' : `row ${formats.number(seq)}`}</Fact>
      {hash && (
        <Fact name="Hash">
          <code>{hash}</code>
        </Fact>
      )}
    </dl>
  )
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

function Changes({ changes }: { changes: readonly AuditChange[] }) {
  return (
    <Scroller className={styles.changes} label="Changes">
      <table>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <tr key={change.path}>
              <th scope="row">{change.path}</th>
              <td data-side="before">
                <Value value={change.before} />
              </td>
              <td data-side="after">
                <Value value={change.after} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  )
}

/** Struck through or underlined besides its colour, so that before and after read without it. */
function Value({ value }: { value: unknown }) {
  if (value === undefined) return <span className="bw-soft">—</span>
  return <span className={styles.value}>{typeof value === 'string' ? value : JSON.stringify(value, undefined, 1)}</span>
}
