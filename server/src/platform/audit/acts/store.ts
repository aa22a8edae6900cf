import type { Db } from '../../storage/index.ts'

/** An act as it is written; null where there is nothing, as in the table. */
export interface ActRow {
  id: string
  at: Date
  actor_kind: string
  actor_id: string
  actor_name: string
  action: string
  object_type: string
  object_id: string
  domain: string | null
  ip: string | null
  user_agent: string | null
  request_id: string | null
  correlation_id: string | null
  changes: string
}

export function createAuditStore(untyped: Db) {
  const db = untyped.withTables<{ 'platform.audit_pending': ActRow }>()
  return {
    async insert(row: ActRow): Promise<void> {
      await db.insertInto('platform.audit_pending').values(row).execute()
    },
  }
}
