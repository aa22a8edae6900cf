import { setTimeout as sleep } from 'node:timers/promises'
import type { AuditVerification } from '@bellwether/contract/platform/audit'
import type { Principal } from '../../access/index.ts'
import { conflict, notFound, reasonOf } from '../../errors/index.ts'
import type { Db } from '../../storage/index.ts'
import type { Log } from '../../telemetry/index.ts'
import type { Audit, AuditSpan } from '../face.ts'
import { createVerificationStore, type Stored } from './store.ts'

/** Milliseconds a caller waits for the result, between two notes of progress, and until silence means failure. */
const ANSWER_WITHIN = 3_000
const NOTE_EVERY = 1_000
const SILENT_AFTER = 30_000
const LATEST = 20

export interface VerificationParts {
  db: Db
  log: Log
  now: () => Date
  newId: () => string
  audit: Pick<Audit, 'record' | 'verify'>
  countWaiting: () => Promise<number>
}

interface Run {
  verification: AuditVerification
  finished: Promise<void>
}

/** Verifications asked for by people: one at a time and process, noted in the database so that any process can tell. */
export function createVerifications({ db, log, now, newId, audit, countWaiting }: VerificationParts) {
  const store = createVerificationStore(db)
  let run: Run | undefined
  let stopped = false

  async function work(verification: AuditVerification, span: AuditSpan): Promise<void> {
    let noted = now().getTime()
    const progress = (at: { rows: number; total: number }) => {
      if (stopped) throw new Error('the process was stopped')
      Object.assign(verification, at)
      if (now().getTime() - noted < NOTE_EVERY) return
      noted = now().getTime()
      void store.update(verification, now()).catch(() => undefined) // the next note, or the end, makes up for it
    }
    try {
      Object.assign(verification, await audit.verify(span, progress), { state: 'done' })
      if (!verification.sound)
        log.error(
          { verification: verification.id, faults: verification.faults.slice(0, 5) },
          'the audit log does not verify',
        )
    } catch (error) {
      Object.assign(verification, { state: 'failed', reason: reasonOf(error) })
    }
    await store.update(Object.assign(verification, { finishedAt: now().toISOString() }), now())
  }

  return {
    async run(span: AuditSpan, who: Principal): Promise<AuditVerification> {
      if (run) throw conflict(`a verification is running already: /api/v1/audit/verifications/${run.verification.id}`)
      const verification: AuditVerification = {
        ...{ id: newId(), state: 'running', startedAt: now().toISOString(), startedBy: who.name },
        ...span,
        ...{ rows: 0, total: 0, checkpoints: 0, faultCount: 0, faults: [], signedUpTo: 0, unsealed: 0 },
      }
      const begun = (async () => {
        verification.unsealed = await countWaiting()
        await db.transaction().execute(async (tx) => {
          await createVerificationStore(tx).insert(verification)
          await audit.record(tx, { action: 'audit.verify', object: { type: 'audit', id: 'log' }, after: span })
        })
        return { finished: work(verification, span) }
      })()
      const finished = begun
        .then(({ finished }) => finished)
        .finally(() => {
          run = undefined
        })
      run = { verification, finished: finished.catch(() => undefined) }
      await Promise.race([finished, sleep(ANSWER_WITHIN, undefined, { ref: false })])
      return { ...verification }
    },
    async show(id: string): Promise<AuditVerification> {
      if (run?.verification.id === id) return { ...run.verification }
      const stored = await store.find(id)
      if (!stored) throw notFound('this verification')
      return told(stored, now())
    },
    latest: async (): Promise<AuditVerification[]> => (await store.latest(LATEST)).map((stored) => told(stored, now())),
    /** The verification that found what has not been refuted since: only one of the whole chain can do that. */
    async unsound(): Promise<AuditVerification | undefined> {
      for (const { heardAt, ...verification } of await store.latest(LATEST)) {
        if (verification.sound === false) return verification
        if (verification.sound && verification.from === undefined && verification.to === undefined) return undefined
      }
      return undefined
    },
    async stop(): Promise<void> {
      stopped = true
      await run?.finished
    },
  }
}
export type Verifications = ReturnType<typeof createVerifications>

function told({ heardAt, ...verification }: Stored, now: Date): AuditVerification {
  const silent = verification.state === 'running' && now.getTime() - heardAt.getTime() > SILENT_AFTER
  return silent
    ? { ...verification, state: 'failed', reason: 'the process that verified ended before it was done' }
    : verification
}
