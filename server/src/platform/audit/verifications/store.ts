import { AuditVerification } from '@bellwether/contract/platform/audit'
import type { Db } from '../../storage/index.ts'

interface Row {
  id: string
  state: AuditVerification['state']
  started_at: Date
  /** When its process last said that it is at it. */
  heard_at: Date
  finished_at: Date | null
  started_by: string
  report: string
}

export type Stored = AuditVerification & { heardAt: Date }
const Report = AuditVerification.pick({
  from: true,
  to: true,
  rows: true,
  total: true,
  checkpoints: true,
  sound: true,
  faultCount: true,
  faults: true,
  signedUpTo: true,
  unsealed: true,
  reason: true,
})

export function createVerificationStore(untyped: Db) {
  const db = untyped.withTables<{ 'platform.audit_verification': Row }>()
  return {
    async insert(verification: AuditVerification): Promise<void> {
      await db
        .insertInto('platform.audit_verification')
        .values({
          id: verification.id,
          started_at: new Date(verification.startedAt),
          started_by: verification.startedBy,
          ...changing(verification, new Date(verification.startedAt)),
        })
        .execute()
    },
    async update(verification: AuditVerification, now: Date): Promise<void> {
      await db
        .updateTable('platform.audit_verification')
        .set(changing(verification, now))
        .where('id', '=', verification.id)
        .execute()
    },
    async find(id: string): Promise<Stored | undefined> {
      const query = db.selectFrom('platform.audit_verification').selectAll().where('id', '=', id)
      const row = await query.executeTakeFirst()
      return row && verificationOf(row)
    },
    async latest(limit: number): Promise<Stored[]> {
      const query = db.selectFrom('platform.audit_verification').selectAll().orderBy('started_at', 'desc')
      return (await query.orderBy('id', 'desc').limit(limit).execute()).map(verificationOf)
    },
  }
}

const changing = ({ state, finishedAt, ...verification }: AuditVerification, now: Date) => ({
  state,
  heard_at: now,
  finished_at: finishedAt === undefined ? null : new Date(finishedAt),
  report: JSON.stringify(Report.parse(verification)),
})

const verificationOf = (row: Row): Stored => ({
  id: row.id,
  state: row.state,
  startedAt: row.started_at.toISOString(),
  ...(row.finished_at === null ? {} : { finishedAt: row.finished_at.toISOString() }),
  startedBy: row.started_by,
  heardAt: row.heard_at,
  ...Report.parse(JSON.parse(row.report)),
})
