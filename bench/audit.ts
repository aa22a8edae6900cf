// How long it takes to verify a million acts, by the way the product does it, and how near that is to hashing alone.
import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { pipeline } from 'node:stream/promises'
import pino from 'pino'
import { readLines } from '../server/src/platform/audit/chain/reading.ts'
import { type Audit, auditMigrations, createAudit, verifyExportFile } from '../server/src/platform/audit/index.ts'
import { uuidv7 } from '../server/src/platform/ids/index.ts'
import { createSecrets, secretsMigrations } from '../server/src/platform/secrets/index.ts'
import { type Database, migrate } from '../server/src/platform/storage/index.ts'
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
    const measured: Round[] = []
    for (let round = 0; round < ROUNDS; round++) measured.push(await measure(database, audit, rows))
    const file = join(folder, 'audit.ndjson')
    const exported = await timed(() => pipeline(audit.exported(), createWriteStream(file)))
    const offline = await timed(() => verifyExportFile(file))
    if (!offline.result.sound || offline.result.rows !== rows) throw new Error(JSON.stringify(offline.result))
    tell(rows, measured, { exported: exported.seconds, offline: offline.seconds })
  } finally {
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The least that any verification must do: get the bytes from the database and put them through SHA-256 once. */
async function readAndHash({ pool }: Database, rows: number): Promise<{ inHash: number; size: number }> {
  const hash = createHash('sha256')
  let [inHash, size] = [0, 0]
  for await (const piece of readLines(pool, { from: 1, to: rows })) {
    const begin = performance.now()
    hash.update(piece)
    inHash += performance.now() - begin
    size += piece.length
  }
  return { inHash: inHash / 1000, size }
}

interface Round {
  verified: number
  /** Milliseconds by which the event loop was late at most while verifying. */
  late: number
  read: number
  hashed: number
  bytes: number
}

async function measure(database: Database, audit: Pick<Audit, 'verify'>, rows: number): Promise<Round> {
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const { seconds, result } = await timed(() => audit.verify())
  delay.disable()
  if (!result.sound || result.rows !== rows || result.signedUpTo !== rows) throw new Error(JSON.stringify(result))
  const floor = await timed(() => readAndHash(database, rows))
  const { inHash: hashed, size: bytes } = floor.result
  return { verified: seconds, late: delay.max / 1e6, read: floor.seconds, hashed, bytes }
}

function tell(rows: number, rounds: readonly Round[], file: { exported: number; offline: number }): void {
  const middle = (figure: keyof Round) => median(rounds.map((round) => round[figure]))
  const [seconds, floor, hashing, late] = [middle('verified'), middle('read'), middle('hashed'), middle('late')]
  const count = rows.toLocaleString('en')
  const megabytes = middle('bytes') / 1e6
  console.log(
    `verify           ${seconds.toFixed(2)} s for ${count} rows, ${megabytes.toFixed(0)} MB (bar ${BAR_SECONDS} s)`,
  )
  console.log(`read + one hash  ${floor.toFixed(2)} s: the same bytes from the database through one SHA-256`)
  console.log(`hash alone       ${hashing.toFixed(2)} s: SHA-256 over the same bytes`)
  console.log(`event loop late  ${late.toFixed(1)} ms at most while verifying`)
  console.log(`export           ${file.exported.toFixed(2)} s, verified offline in ${file.offline.toFixed(2)} s`)
  report('audit', {
    ...{ rows, megabytes, verifySeconds: seconds, readAndHashSeconds: floor, hashSeconds: hashing },
    ...{ timesTheFloor: seconds / floor, eventLoopLateMs: late, rounds: rounds.length },
    ...{ exportSeconds: file.exported, offlineSeconds: file.offline },
  })
  if (rows === ROWS && seconds > BAR_SECONDS) process.exitCode = 1
}

async function timed<T>(work: () => Promise<T>): Promise<{ seconds: number; result: T }> {
  const begin = performance.now()
  const result = await work()
  return { seconds: (performance.now() - begin) / 1000, result }
}
