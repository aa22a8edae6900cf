import type { Page } from '@bellwether/contract/page'
import type { AuditEntry, AuditRecord } from '@bellwether/contract/platform/audit'
import { allows, domainsOf, type Principal } from '../../access/index.ts'
import { notFound } from '../../errors/index.ts'
import { CURSOR, pageOf, readCursor } from '../../paging/index.ts'
import type { Db } from '../../storage/index.ts'
import type { Audit } from '../face.ts'
import { type ActQuery, createReadingStore } from './store.ts'

export interface AuditSearch extends Omit<ActQuery, 'domains' | 'after'> {
  cursor?: string | undefined
}

/** Reading the log is itself a sensitive read and is recorded: a search once, whatever number of pages. */
export function createAuditReading({ db, record }: { db: Db; record: Audit['record'] }) {
  const store = createReadingStore(db)
  return {
    async search({ cursor, limit, ...wanted }: AuditSearch, who: Principal): Promise<Page<AuditEntry>> {
      const after = readCursor(cursor, [CURSOR.instant, CURSOR.id])
      const domains = domainsOf(who, 'audit:read')
      const rows = await store.search({ ...wanted, after, domains, limit: limit + 1 })
      if (!cursor) await record(db, { action: 'audit.search', object: { type: 'audit', id: 'log' }, after: wanted })
      return pageOf(rows, limit, (last) => [last.at, last.id])
    },
    /** An act of the house itself, which has no domain, is seen only by who may see all. */
    async show(id: string, who: Principal): Promise<AuditRecord> {
      const found = await store.find(id)
      const seen =
        found &&
        (found.object.domain === undefined
          ? domainsOf(who, 'audit:read') === 'all'
          : allows(who, 'audit:read', found.object.domain))
      if (!found || !seen) throw notFound('this act')
      await record(db, { action: 'audit.read', object: { type: 'audit', id } })
      return found
    },
  }
}
