import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase, startCluster } from '../server/src/platform/storage/index.ts'

/** A real server with the settings the product uses, in a folder that goes away. Durability stays on. */
export async function temporaryDatabase({ pool = 8 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'bw-bench-'))
  chmodSync(folder, 0o711)
  const cluster = await startCluster({
    folder: join(folder, 'postgres'),
    sockets: join(folder, 's'),
    logFile: join(folder, 'log'),
  })
  const database = openDatabase({ connection: cluster.connection('postgres'), pool, statementTimeout: 0 })
  return {
    ...database,
    connection: cluster.connection('postgres'),
    async close() {
      await database.close()
      await cluster.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
