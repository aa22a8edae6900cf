import type { AuditFault, AuditKey } from '@bellwether/contract/platform/audit'
import type { Db } from '../storage/index.ts'

export interface Act {
  /** What was done, as `resource.verb`: `calendar.add`, `user.invite`, `audit.read`. */
  action: string
  object: { type: string; id: string; domain?: string }
  /** The object before and after. Only what differs is kept; fields named like secrets are masked. */
  before?: unknown
  after?: unknown
}

/** The part of the chain to check, by sequence numbers; the whole chain without. */
export interface AuditSpan {
  from?: number | undefined
  to?: number | undefined
}

export interface AuditProgress {
  rows: number
  total: number
}

export interface AuditReport extends AuditProgress {
  checkpoints: number
  sound: boolean
  faultCount: number
  /** The first hundred. */
  faults: AuditFault[]
  /** The last row a signature vouches for. */
  signedUpTo: number
}

export interface Audit {
  /** Records an act in the caller's transaction; who and from where come from the work context. */
  record(tx: Db, act: Act): Promise<void>
  /** Puts what was committed into the chain now, rather than within the next second. */
  seal(): Promise<void>
  /** Signs the chain as it stands. */
  checkpoint(): Promise<void>
  /** Reads the chain and finds every edit, deletion, insertion and swap. */
  verify(span?: AuditSpan, progress?: (at: AuditProgress) => void): Promise<AuditReport>
  keys(): Promise<AuditKey[]>
  /** What is wrong with the log just now, in words; nothing when all is well. */
  troubles(): Promise<string[]>
  start(): Promise<() => Promise<void>>
}
