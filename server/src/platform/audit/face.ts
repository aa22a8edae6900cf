import type { Db } from '../storage/index.ts'

export interface Act {
  /** What was done, as `resource.verb`: `calendar.add`, `user.invite`, `audit.read`. */
  action: string
  object: { type: string; id: string; domain?: string }
  /** The object before and after; fields that hold secrets are left out by the caller. */
  before?: unknown
  after?: unknown
}

export interface Audit {
  /** Records an act in the caller's transaction; who and from where come from the work context. */
  record(tx: Db, act: Act): Promise<void>
}
