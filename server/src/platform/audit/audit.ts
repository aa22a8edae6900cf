import { createPublicKey } from 'node:crypto'
import type { AuditKey } from '@bellwether/contract/platform/audit'
import type pg from 'pg'
import type { Secrets } from '../secrets/index.ts'
import type { Db } from '../storage/index.ts'
import type { Log } from '../telemetry/index.ts'
import { recordAct } from './acts/record.ts'
import { fingerprintOf, type PublicKey } from './chain/checkpoint.ts'
import { exportChain } from './chain/export.ts'
import { verifyChain } from './chain/reading.ts'
import { createSealer } from './chain/sealer.ts'
import { createSigner } from './chain/signer.ts'
import { createChainStore } from './chain/store.ts'
import type { Audit } from './face.ts'
import { createAuditReading } from './reading/reading.ts'
import { createVerifications } from './verifications/verifications.ts'

/** Milliseconds after which an act should long have its place in the chain. */
const LATE = 30_000

export interface AuditParts {
  db: Db
  pool: pg.Pool
  secrets: Secrets
  log: Log
  now: () => Date
  newId: () => string
}

/** What the room's own routes use beyond the face. */
export type AuditRoom = ReturnType<typeof createAudit>

export function createAudit({ db, pool, secrets, log, now, newId }: AuditParts) {
  const signer = createSigner({ db, secrets, now })
  const sealer = createSealer({ db, signer, log, now })
  const audit: Omit<Audit, 'start' | 'troubles'> = {
    record: (tx, act) => recordAct(tx, act, { now, newId }),
    seal: sealer.seal,
    checkpoint: sealer.checkpoint,
    verify: (span = {}, progress = () => undefined) =>
      verifyChain({ db, pool, signer, witness: sealer.witness }, span, progress),
    keys: async () => (await signer.trusted()).map(keyOf),
  }
  const verifications = createVerifications({
    ...{ db, log, now, newId, audit },
    countWaiting: () => createChainStore(db).countWaiting(),
  })
  return {
    ...audit,
    verifications,
    reading: createAuditReading({ db, record: audit.record }),
    async troubles(): Promise<string[]> {
      const since = await createChainStore(db).waitingSince()
      const late = since && now().getTime() - since.getTime() > LATE
      const unsound = await verifications.unsound()
      return [
        ...(late ? [`acts wait for their place in the audit log since ${since.toISOString()}`] : []),
        ...(unsound ? [`the audit log does not verify: see verification ${unsound.id}`] : []),
      ]
    },
    /** Chains and signs what there is, then tells it line by line. */
    async *exported(): AsyncGenerator<string> {
      await sealer.checkpoint()
      yield* exportChain({ db, pool, signer, now })
    },
    async start() {
      const stop = sealer.start()
      return async () => {
        await verifications.stop()
        await stop()
      }
    },
  } satisfies Audit & Record<string, unknown>
}

const keyOf = ({ id, publicKey, createdAt }: PublicKey): AuditKey => ({
  id,
  algorithm: 'Ed25519',
  publicKey: createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' })
    .export({ type: 'spki', format: 'pem' })
    .toString(),
  fingerprint: fingerprintOf(publicKey),
  createdAt,
})
