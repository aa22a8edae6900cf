// How long it takes to verify a million acts, by the way the product does it, and how near that is to hashing alone.
import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { pipeline } from 'node:stream/promises'
import pino from 'pino'
import { readLines } from '../server/src/platform/audit/chain/reading.ts'
import { auditMigrations, createAudit, verifyExportFile } from '../server/src/platform/audit/index.ts'
import { uuidv7 } from '../server/src/platform/ids/index.ts'
import { createSecrets, secretsMigrations } from '../server/src/platform/secrets/index.ts'
import { migrate } from '../server/src/platform/storage/index.ts'
import { fillChain } from './audit/generate.ts'
import { type BenchOptions, median, report } from './report.ts'
import { temporaryDatabase } from './temporary-database.ts'

const ROWS = 1_000_000
const ROUNDS = 3
const BAR_SECONDS = 10

export async function run({ flags }: BenchOptions): Promise<void> {
  const rows = Number(flags.rows ?? ROWS)
  const database = await temporaryDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'bw-audit-'))
  try {
    await migrate(database.pool, [secretsMigrations, auditMigrations])
    const log = pino({ level: 'error' })
    const now = () => new Date()
    const parts = { ...database, log, now, newId: uuidv7 }
    const config = { kek: randomBytes(32).toString('base64'), kekPrevious: [], data: folder }
    const secrets = createSecrets({ ...parts, config })
    const filled = await timed(() => fillChain(database, secrets, rows))
    console.log(`filled ${rows.toLocaleString('en')} rows in ${filled.seconds.toFixed(1)} s`)

    const audit = createAudit({ ...parts, secrets })
    const verified: number[] = []
    const read: number[] = []
    const hashed: number[] = []
    const late: number[] = []
    let bytes = 0
    for (let round = 0; round < ROUNDS; round++) {
      const delay = monitorEventLoopDelay({ resolution: 5 })
      delay.enable()
      const { seconds, result } = await timed(() => audit.verify())
      delay.disable()
      late.push(delay.max / 1e6)
      if (!result.sound || result.rows !== rows || result.signedUpTo !== rows) throw new Error(JSON.stringify(result))
      verified.push(seconds)
      const floor = await timed(async () => {
        const hash = createHash('sha256')
        let [inHash, size] = [0, 0]
        for await (const piece of readLines(database.pool, { from: 1, to: rows })) {
          const begin = performance.now()
          hash.update(piece)
          inHash += performance.now() - begin
          size += piece.length
        }
        return { inHash: inHash / 1000, size }
      })
      read.push(floor.seconds)
      hashed.push(floor.result.inHash)
      bytes = floor.result.size
    }
    const file = join(folder, 'audit.ndjson')
    const exported = await timed(() => pipeline(audit.exported(), createWriteStream(file)))
    const offline = await timed(() => verifyExportFile(file))
    if (!offline.result.sound || offline.result.rows !== rows) throw new Error(JSON.stringify(offline.result))
    tell({ rows, bytes, verified, read, hashed, late, exported: exported.seconds, offline: offline.seconds })
  } finally {
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Figures {
  rows: number
  bytes: number
  verified: number[]
  read: number[]
  hashed: number[]
  exported: number
  offline: number
  /** Milliseconds by which the event loop was late at most, in each round. */
  late: number[]
}

function tell({ rows, bytes, verified, read, hashed, exported, offline, late }: Figures): void {
  const [seconds, floor, hashing] = [median(verified), median(read), median(hashed)]
  const count = rows.toLocaleString('en')
  console.log(
    `verify           ${seconds.toFixed(2)} s for ${count} rows, ${(bytes / 1e6).toFixed(0)} MB (bar ${BAR_SECONDS} s)`,
  )
  console.log(`read + one hash  ${floor.toFixed(2)} s: the same bytes from the database through one SHA-256`)
  console.log(`hash alone       ${hashing.toFixed(2)} s: SHA-256 over the same bytes`)
  console.log(`event loop late  ${median(late).toFixed(1)} ms at most while verifying`)
  console.log(`export           ${exported.toFixed(2)} s, verified offline in ${offline.toFixed(2)} s`)
  report('audit', {
    rows,
    megabytes: bytes / 1e6,
    verifySeconds: seconds,
    readAndHashSeconds: floor,
    hashSeconds: hashing,
    timesTheFloor: seconds / floor,
    eventLoopLateMs: median(late),
    exportSeconds: exported,
    offlineSeconds: offline,
    rounds: ROUNDS,
  })
  if (rows === ROWS && seconds > BAR_SECONDS) process.exitCode = 1
}

async function timed<T>(work: () => Promise<T>): Promise<{ seconds: number; result: T }> {
  const begin = performance.now()
  const result = await work()
  return { seconds: (performance.now() - begin) / 1000, result }
}
