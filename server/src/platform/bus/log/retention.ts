import { sql } from 'kysely'
import { type Db, keepPartitions, withLock } from '../../storage/index.ts'
import { createLogStore } from './store.ts'

const DAY = 86_400_000
const TABLE = 'platform.event'
const AHEAD = 2

export interface RetentionParts {
  db: Db
  /** Days that facts are kept. */
  keep: number
}

/**
 * Makes the log's partitions ahead of time and drops those past retention. Facts that a group has not handled are kept
 * up to twice as long; `troubles` says so meanwhile, and when they are gone.
 */
export function createRetention({ db, keep }: RetentionParts) {
  const store = createLogStore(db)
  let doneFor: number | undefined

  async function oldestUnread(): Promise<Date | undefined> {
    const { rows } = await sql<{ position: number | null }>`
      select min(position) as position from platform.consumer_lane`.execute(db)
    const position = rows[0]?.position ?? undefined
    return position === undefined ? undefined : store.loggedAfter(position)
  }

  return {
    /** Does its work once a day, so it may be called before every append. */
    async partition(now: Date): Promise<void> {
      const today = Math.floor(now.getTime() / DAY)
      if (doneFor === today) return
      const unread = await oldestUnread()
      const age = unread ? Math.ceil((now.getTime() - unread.getTime()) / DAY) : 0
      const days = Math.min(Math.max(keep, age), keep * 2)
      await withLock(db, 'platform.event partitions', (tx) =>
        keepPartitions(tx, { table: TABLE, ahead: AHEAD, keep: days }, now),
      )
      doneFor = today
    },
    async troubles(now: Date): Promise<string[]> {
      const unread = await oldestUnread()
      const days = unread ? Math.floor((now.getTime() - unread.getTime()) / DAY) : 0
      if (days < keep * 0.8) return []
      return [
        `a consumer group has not read facts that are ${days} days old; they are dropped after ${keep * 2} days: see the groups of the event log`,
      ]
    },
  }
}
export type Retention = ReturnType<typeof createRetention>
