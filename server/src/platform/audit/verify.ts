// Verification of an export without server or database: everything it needs is in the file.
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import type { AuditFault } from '@bellwether/contract/platform/audit'
import { canonicalLine } from './chain/canonical.ts'
import { type ChainCheck, createChainCheck, type Findings } from './chain/check.ts'
import { type Checkpoint, digestOf, FIRST, fingerprintOf, holds, publicKeyOf } from './chain/checkpoint.ts'
import { CheckpointLine, type End, EndLine, endText, Header, rowOf } from './chain/file.ts'

/** Rows handed over together, and the longest line read, in characters. */
const ROWS_AT_ONCE = 256
const LONGEST_LINE = 16 * 1024 * 1024

export interface ExportReport extends Findings {
  madeAt?: string
  /** The keys the file says it was signed with; compare them with what you wrote down. */
  keys: { id: string; fingerprint: string; createdAt: string }[]
  /** The last checkpoint: rows of acts after it are not in the file. */
  last?: { number: number; seq: number; at: string }
}

export interface VerifyOptions {
  /** Fingerprints that are trusted; without them the file's own keys are taken at their word. */
  fingerprints?: readonly string[]
  progress?: (rows: number) => void
}

/** Checks an export file, gzipped or plain. */
export async function verifyExportFile(path: string, options: VerifyOptions = {}): Promise<ExportReport> {
  return verifyExport(linesOf(await opened(path)), options)
}

/** Checks the lines of an export. Nothing in them can make it throw. */
export async function verifyExport(
  lines: Iterable<string> | AsyncIterable<string>,
  { fingerprints, progress }: VerifyOptions = {},
): Promise<ExportReport> {
  const reader = createReader(fingerprints)
  try {
    for await (const line of lines) if (reader.line(line)) progress?.(reader.rows())
  } catch (error) {
    reader.fault({ kind: 'file_broken', detail: `the file cannot be read on: ${(error as Error).message}` })
  }
  return reader.end()
}

function createReader(fingerprints: readonly string[] | undefined) {
  let number = 0
  let headerText = ''
  let header: Header | undefined
  let end: End | undefined
  let last: Checkpoint | undefined
  let keys = new Map<string, NonNullable<ReturnType<typeof publicKeyOf>>>()
  let check: ChainCheck = createChainCheck(keys)
  let batch = ''
  let batched = 0
  let rows = 0
  let checkpoints = 0

  function flush(): void {
    if (batched > 0) check.rows(Buffer.from(batch))
    batch = ''
    batched = 0
  }

  function readHeader(text: string, value: unknown): string | undefined {
    const parsed = Header.safeParse(value)
    if (!parsed.success) return 'this is not the beginning of an audit export'
    header = parsed.data
    headerText = text
    const trusted = header.keys.filter(
      ({ publicKey }) => !fingerprints || fingerprints.includes(fingerprintOf(publicKey)),
    )
    keys = new Map(
      trusted.flatMap((key) => {
        const known = publicKeyOf(key)
        return known ? [[key.id, known] as const] : []
      }),
    )
    check = createChainCheck(keys)
    return undefined
  }

  function readCheckpoint(value: unknown): string | undefined {
    const parsed = CheckpointLine.safeParse(value)
    if (!parsed.success) return 'the checkpoint is damaged'
    flush()
    last = parsed.data.checkpoint
    checkpoints++
    check.checkpoint(last)
    return last.seq === rows ? undefined : 'the checkpoint does not stand right after the row it covers'
  }

  function readRow(value: unknown): string | undefined {
    const row = rowOf(value)
    if (!row) return 'the row is damaged'
    rows++
    batch += `${canonicalLine(row.fields)}\t${row.hash}\n`
    if (++batched === ROWS_AT_ONCE) flush()
    return undefined
  }

  function readEnd(value: unknown): string | undefined {
    end = EndLine.safeParse(value).data?.end
    return end ? undefined : 'the end is damaged'
  }

  /** What is wrong with a line, if anything is. */
  function damageOf(text: string): string | undefined {
    const value = jsonOf(text)
    if (value === undefined || JSON.stringify(value) !== text) return 'this is not as it was written'
    if (number === 1) return readHeader(text, value)
    if (end) return 'something stands after the end'
    if (typeof value !== 'object' || value === null) return 'this is not a row'
    if ('checkpoint' in value) return readCheckpoint(value)
    return 'end' in value ? readEnd(value) : readRow(value)
  }

  /** True now and then, when progress may be told. */
  function line(text: string): boolean {
    number++
    const damage = damageOf(text)
    if (damage) check.fault({ kind: 'file_broken', detail: `line ${number}: ${damage}` })
    return batched === 0
  }

  function* faultsOfTheWhole(): Generator<AuditFault> {
    if (!header) yield { kind: 'file_broken', detail: 'the file has no header' }
    else if (!end) yield { kind: 'file_broken', detail: 'the file has no end: it was cut short' }
    else yield* faultsOfTheEnd(end)
  }

  function* faultsOfTheEnd(end: End): Generator<AuditFault> {
    if (last ? last.seq !== rows : rows > 0)
      yield { kind: 'row_foreign', detail: 'rows stand after the last checkpoint, which an export never has' }
    if (end.rows !== rows || end.checkpoints !== checkpoints)
      yield {
        kind: 'row_missing',
        detail: `the end speaks of ${end.rows} rows and ${end.checkpoints} checkpoints, the file has ${rows} and ${checkpoints}`,
      }
    const key = keys.get(end.keyId)
    if (!key)
      yield { kind: 'key_unknown', detail: `the file is signed with the key ${end.keyId}, which is not trusted` }
    else if (!holds(endText(headerText, end, last ? digestOf(last) : FIRST), end.signature, key))
      yield {
        kind: 'file_broken',
        detail: 'the signature of the file does not hold: header, end or last checkpoint were altered',
      }
  }

  return {
    line,
    rows: () => rows,
    fault: (fault: AuditFault) => check.fault(fault),
    end(): ExportReport {
      flush()
      for (const fault of faultsOfTheWhole()) check.fault(fault)
      return {
        ...check.end(),
        ...(header ? { madeAt: header.madeAt } : {}),
        keys: (header?.keys ?? []).map(({ id, publicKey, createdAt }) => ({
          id,
          fingerprint: fingerprintOf(publicKey),
          createdAt,
        })),
        ...(last ? { last: { number: last.number, seq: last.seq, at: last.at } } : {}),
      }
    },
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // the caller says so
  }
}

async function opened(path: string): Promise<AsyncIterable<Buffer>> {
  const file = await open(path)
  const magic = Buffer.alloc(2)
  await file.read(magic, 0, 2, 0)
  await file.close()
  const stream = createReadStream(path, { highWaterMark: 256 * 1024 })
  if (magic[0] !== 0x1f || magic[1] !== 0x8b) return stream
  const plain = createGunzip()
  stream.on('error', (error) => plain.destroy(error))
  return stream.pipe(plain)
}

async function* linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > LONGEST_LINE) throw new Error('a line is longer than any row can be')
    yield* lines
  }
  if (rest) yield rest
}
