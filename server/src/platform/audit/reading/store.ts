import type { AuditEntry, AuditRecord } from '@bellwether/contract/platform/audit'
import { AuditChange } from '@bellwether/contract/platform/audit'
import { type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import { inDomains } from '../../paging/index.ts'
import type { Db } from '../../storage/index.ts'
import type { ActRow } from '../acts/store.ts'

interface Row extends ActRow {
  seq: number | null
  hash: Buffer | null
}

export interface ActQuery {
  domains: 'all' | readonly string[]
  actor?: string | undefined
  action?: string | undefined
  objectType?: string | undefined
  objectId?: string | undefined
  domain?: string | undefined
  correlationId?: string | undefined
  from?: string | undefined
  to?: string | undefined
  text?: string | undefined
  /** Time and id of the last act of the page before. */
  after?: readonly string[] | undefined
  limit: number
}

const COLUMNS = [
  'seq',
  'id',
  'at',
  'actor_kind',
  'actor_id',
  'actor_name',
  'action',
  'object_type',
  'object_id',
  'domain',
  'ip',
  'user_agent',
  'request_id',
  'correlation_id',
] as const
/** What a search by text looks at. */
const SEARCHED = ['actor_name', 'actor_id', 'action', 'object_id', 'ip', 'user_agent', 'changes'] as const
const Changes = z.array(AuditChange)

export function createReadingStore(untyped: Db) {
  const db = untyped.withTables<{ 'platform.audit_act': Row }>()
  return {
    async search({ domains, limit, ...wanted }: ActQuery): Promise<AuditEntry[]> {
      let query = db.selectFrom('platform.audit_act').select(COLUMNS).where(inDomains(domains))
      const { actor, action, after, text } = wanted
      if (actor)
        query = query.where((where) =>
          where.or([where('actor_id', '=', actor), where('actor_name', 'ilike', containing(actor))]),
        )
      if (action) query = query.where('action', 'like', `${literally(action)}%`)
      if (wanted.objectType) query = query.where('object_type', '=', wanted.objectType)
      if (wanted.objectId) query = query.where('object_id', '=', wanted.objectId)
      if (wanted.domain) query = query.where('domain', '=', wanted.domain)
      if (wanted.correlationId) query = query.where('correlation_id', '=', wanted.correlationId)
      if (wanted.from) query = query.where('at', '>=', new Date(wanted.from))
      if (wanted.to) query = query.where('at', '<', new Date(wanted.to))
      if (text)
        query = query.where((where) => where.or(SEARCHED.map((column) => where(column, 'ilike', containing(text)))))
      if (after) query = query.where(sql<SqlBool>`(at, id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`)
      const rows = await query.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute()
      return rows.map(entryOf)
    },
    async find(id: string): Promise<AuditRecord | undefined> {
      const row = await db.selectFrom('platform.audit_act').selectAll().where('id', '=', id).executeTakeFirst()
      if (!row) return undefined
      const hash = row.hash ? { hash: row.hash.toString('hex') } : {}
      return { ...entryOf(row), changes: changesIn(row.changes), ...hash }
    },
  }
}

/** A row altered in the database may hold anything; it is shown as it is, for verification to judge. */
function changesIn(text: string): AuditRecord['changes'] {
  try {
    return Changes.parse(JSON.parse(text))
  } catch {
    return [{ path: '', after: text }]
  }
}

const literally = (text: string): string => text.replace(/[\\%_]/g, '\\$&')
const containing = (text: string): string => `%${literally(text)}%`

const entryOf = (row: Omit<Row, 'hash' | 'changes'>): AuditEntry => ({
  id: row.id,
  ...(row.seq === null ? {} : { seq: row.seq }),
  at: row.at.toISOString(),
  actor: { kind: kindOf(row.actor_kind), id: row.actor_id, name: row.actor_name },
  action: row.action,
  object: { type: row.object_type, id: row.object_id, ...(row.domain === null ? {} : { domain: row.domain }) },
  ...(row.ip === null
    ? {}
    : { from: { ip: row.ip, userAgent: row.user_agent ?? '', requestId: row.request_id ?? '' } }),
  ...(row.correlation_id === null ? {} : { correlationId: row.correlation_id }),
})

const KINDS = ['user', 'key', 'system', 'anonymous'] as const
const kindOf = (text: string): (typeof KINDS)[number] => KINDS.find((kind) => kind === text) ?? 'anonymous'
