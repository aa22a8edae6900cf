import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import * as wire from '@bellwether/contract/platform/audit'
import { answer, routes } from '../gateway/index.ts'
import type { Db } from '../storage/index.ts'
import type { AuditRoom } from './audit.ts'

export const auditRoutes = (audit: AuditRoom, db: Db) =>
  routes((r) => {
    r.on(wire.searchAudit, ({ query, principal }) => audit.reading.search(query, principal))
    r.on(wire.verifyAudit, async ({ body, principal }) => {
      const verification = await audit.verifications.run(body, principal)
      return answer(verification, verification.state === 'running' ? { status: 202 } : {})
    })
    r.on(wire.listAuditVerifications, async () => ({ items: await audit.verifications.latest() }))
    r.on(wire.getAuditVerification, ({ params }) => audit.verifications.show(params.id))
    r.on(wire.listAuditKeys, async () => ({ items: await audit.keys() }))
    r.on(wire.exportAudit, async () => {
      await audit.record(db, { action: 'audit.export', object: { type: 'audit', id: 'log' } })
      return answer(gzipped(audit.exported()), {
        headers: {
          'content-disposition': `attachment; filename="audit.ndjson.gz"`,
        },
      })
    })
    r.on(wire.getAuditRecord, ({ params, principal }) => audit.reading.show(params.id, principal))
  })

/** A failure on either side ends both, so that neither a connection nor a download is left hanging. */
function gzipped(text: AsyncGenerator<string>): Readable {
  const source = Readable.from(text, { objectMode: false, highWaterMark: 256 * 1024 })
  const zipped = source.pipe(createGzip({ level: 4 }))
  source.on('error', (error) => zipped.destroy(error))
  zipped.on('close', () => source.destroy())
  return zipped
}
