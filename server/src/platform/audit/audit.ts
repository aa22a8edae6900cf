import type pg from 'pg'
import type { Secrets } from '../secrets/index.ts'
import type { Db } from '../storage/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { Audit } from './face.ts'
import { recordAct } from './record.ts'

export interface AuditParts {
  db: Db
  pool: pg.Pool
  secrets: Secrets
  log: Log
  now: () => Date
  newId: () => string
}

export function createAudit({ now, newId }: AuditParts): Audit {
  return {
    record: (tx, act) => recordAct(tx, act, { now, newId }),
    seal: async () => undefined,
    checkpoint: async () => undefined,
    verify: async () => ({ rows: 0, total: 0, checkpoints: 0, sound: true, faultCount: 0, faults: [], signedUpTo: 0 }),
    keys: async () => [],
    start: async () => async () => undefined,
  }
}
