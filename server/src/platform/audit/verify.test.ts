import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { COLUMNS, canonicalLine, fieldsOf, GENESIS, linked } from './chain/canonical.ts'
import { type Checkpoint, digestOf, FIRST, fingerprintOf, signatureOf, signed } from './chain/checkpoint.ts'
import { checkpointLine, endLine, endText, headerLine, rowLine } from './chain/file.ts'
import { verifyExport, verifyExportFile } from './verify.ts'

const ROWS = 18
const PER_CHECKPOINT = 6
type Row = Record<string, string | number | null>

const ours = keyPair()
const fingerprints = [fingerprintOf(ours.publicKey)]

function keyPair() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const text = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  return { key: privateKey, publicKey: text, id: fingerprintOf(text).slice(0, 16) }
}

const act = (seq: number): (string | null)[] => [
  String(seq),
  `0190a1b2-0000-7000-8000-${String(seq).padStart(12, '0')}`,
  `2026-11-20T09:30:${String(seq % 60).padStart(2, '0')}.123000Z`,
  'user',
  `person-${seq % 3}`,
  ['Ada', 'Bo\tb', 'C\\N\n'][seq % 3] ?? '',
  'calendar.changed',
  'calendar',
  `thing-${seq}`,
  seq % 2 ? 'marketing' : null,
  '192.0.2.1',
  seq % 4 ? 'a browser' : '',
  seq % 5 ? `request-${seq}` : null,
  null,
  JSON.stringify([{ path: 'title', before: seq, after: `№ ${seq}` }]),
]

interface Made {
  rows: number
  madeAt?: string
  /** Who signs. */
  by?: typeof ours
  name?: string
}

/** An export as the program writes it, of the first `rows` acts. */
function exportOf({ rows, madeAt = '2026-11-20T10:00:00.000Z', by: { key, id, publicKey } = ours, name }: Made) {
  const header = headerLine(madeAt, [{ id, publicKey, createdAt: '2026-01-01T00:00:00.000Z' }])
  const lines = [header]
  let [hash, last, number] = [GENESIS, undefined as Checkpoint | undefined, 0]
  for (let seq = 1; seq <= rows; seq++) {
    const line = canonicalLine(name === undefined ? act(seq) : act(seq).with(5, name))
    hash = linked(hash, line)
    lines.push(rowLine(`${line}\t${hash}`))
    if (seq % PER_CHECKPOINT && seq !== rows) continue
    const at = `2026-11-20T09:31:${String(seq).padStart(2, '0')}.000Z`
    last = signed(
      { number: ++number, seq, rowCount: seq, hash, previous: last ? digestOf(last) : FIRST, at, keyId: id },
      key,
    )
    lines.push(checkpointLine(last))
  }
  const end = { rows, checkpoints: number }
  lines.push(
    endLine({ ...end, keyId: id, signature: signatureOf(endText(header, end, last ? digestOf(last) : FIRST), key) }),
  )
  return lines
}

const whole = exportOf({ rows: ROWS })
const older = exportOf({ rows: ROWS - PER_CHECKPOINT, madeAt: '2026-11-20T09:00:00.000Z' })
const indexesOf = (kind: (line: string) => boolean) => whole.flatMap((line, index) => (kind(line) ? [index] : []))
const rowsAt = indexesOf((line) => line.startsWith('{"seq"'))
const checkpointsAt = indexesOf((line) => line.startsWith('{"checkpoint"'))
const at = (index: number) => whole[index] ?? ''
const replaced = (index: number, line: string) => whole.with(index, line)
const row = (index: number): Row => JSON.parse(at(index)) as Row

const anyLine = fc.nat(whole.length - 1)
const anyRow = fc.constantFrom(...rowsAt)
const anyCheckpoint = fc.constantFrom(...checkpointsAt)

/** The rows with hashes made to fit again, as somebody without the signing key can. */
function rehashed(lines: string[], { alsoCheckpoints }: { alsoCheckpoints: boolean }): string[] {
  let hash = GENESIS
  return lines.map((line) => {
    if (line.startsWith('{"seq"')) {
      const fields = JSON.parse(line) as Row
      const text = canonicalLine(COLUMNS.map((column) => (fields[column] === null ? null : String(fields[column]))))
      hash = linked(hash, text)
      return rowLine(`${text}\t${hash}`)
    }
    if (!alsoCheckpoints || !line.startsWith('{"checkpoint"')) return line
    const { checkpoint } = JSON.parse(line) as { checkpoint: Checkpoint }
    return checkpointLine({ ...checkpoint, hash })
  })
}

const edited = fc
  .tuple(anyRow, fc.constantFrom(...COLUMNS, 'hash'), fc.oneof(fc.string(), fc.constant(null), fc.nat()))
  .map(([index, column, value]) => replaced(index, JSON.stringify({ ...row(index), [column]: value })))
const TAMPERINGS: Record<string, fc.Arbitrary<string[]>> = {
  'a field is edited': edited,
  'a field is edited and the chain made to fit': fc
    .tuple(anyRow, fc.constantFrom('actor_name', 'action', 'changes', 'at'), fc.string(), fc.boolean())
    .map(([index, column, value, alsoCheckpoints]) =>
      rehashed(replaced(index, JSON.stringify({ ...row(index), [column]: value })), { alsoCheckpoints }),
    ),
  'a character is changed': fc
    .tuple(anyLine, fc.nat(), fc.string({ minLength: 1, maxLength: 1 }))
    .map(([index, place, letter]) => {
      const line = at(index)
      const spot = place % line.length
      return replaced(index, line.slice(0, spot) + letter + line.slice(spot + 1))
    }),
  'a line is deleted': anyLine.map((index) => whole.toSpliced(index, 1)),
  'several lines are deleted': fc
    .tuple(anyLine, fc.integer({ min: 1, max: 9 }))
    .map(([index, count]) => whole.toSpliced(index, count)),
  'a line is inserted': fc.tuple(anyLine, anyLine).map(([from, to]) => whole.toSpliced(to + 1, 0, at(from))),
  'a row is forged and inserted': fc.tuple(anyRow, fc.string()).map(([index, name]) => {
    const before = row(index)
    const fields = COLUMNS.map((column) => (before[column] === null ? null : String(before[column]))).with(5, name)
    fields[0] = String(Number(before.seq) + 1)
    const line = canonicalLine(fields)
    return whole.toSpliced(index + 1, 0, rowLine(`${line}\t${linked(String(before.hash), line)}`))
  }),
  'two lines are swapped': fc.tuple(anyLine, anyLine).map(([a, b]) => whole.with(a, at(b)).with(b, at(a))),
  'what two rows say is swapped': fc.tuple(anyRow, anyRow).map(([a, b]) => {
    const [one, two] = [row(a), row(b)]
    return whole
      .with(a, JSON.stringify({ ...two, seq: one.seq, hash: one.hash }))
      .with(b, JSON.stringify({ ...one, seq: two.seq, hash: two.hash }))
  }),
  'the tail is cut': fc.integer({ min: 1, max: whole.length }).map((count) => whole.slice(0, -count)),
  'the tail is cut behind the end': fc
    .integer({ min: 1, max: whole.length - 2 })
    .map((count) => [...whole.slice(0, -1 - count), at(whole.length - 1)]),
  'the tail is cut and counted anew': fc.integer({ min: 1, max: ROWS }).map((count) => {
    const kept = whole.slice(0, -1 - count)
    const { end } = JSON.parse(at(whole.length - 1)) as { end: Parameters<typeof endLine>[0] }
    const rows = kept.filter((line) => line.startsWith('{"seq"')).length
    const checkpoints = kept.filter((line) => line.startsWith('{"checkpoint"')).length
    return [...kept, endLine({ ...end, rows, checkpoints })]
  }),
  'an older checkpoint is shown again': fc.tuple(anyCheckpoint, anyCheckpoint).map(([a, b]) => replaced(a, at(b))),
  'a checkpoint is edited': fc
    .tuple(
      anyCheckpoint,
      fc.constantFrom('number', 'seq', 'rowCount', 'hash', 'previous', 'at', 'keyId', 'signature'),
      fc.oneof(fc.nat(), fc.string()),
    )
    .map(([index, field, value]) => {
      const { checkpoint } = JSON.parse(at(index)) as { checkpoint: Checkpoint }
      return replaced(index, JSON.stringify({ checkpoint: { ...checkpoint, [field]: value } }))
    }),
  'a checkpoint is taken from a copy of this server that went its own way': anyCheckpoint.map((index) => {
    const { checkpoint } = JSON.parse(at(index)) as { checkpoint: Checkpoint }
    return replaced(index, checkpointLine(signed({ ...checkpoint, at: '2026-11-20T09:45:00.000Z' }, ours.key)))
  }),
  'an older end is shown again': fc
    .boolean()
    .map((cut) => [...(cut ? [at(0), ...older.slice(1, -1)] : whole.slice(0, -1)), older.at(-1) ?? '']),
  'all of it is written anew with another key': fc.tuple(fc.string(), fc.boolean()).map(([name, sameId]) => {
    const theirs = keyPair()
    return exportOf({ rows: ROWS, by: { ...theirs, id: sameId ? ours.id : theirs.id }, name })
  }),
}

test('an export as it was written is sound, gzipped or plain', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bw-export-'))
  try {
    const text = `${whole.join('\n')}\n`
    for (const [name, bytes] of [
      ['plain', Buffer.from(text)],
      ['gz', gzipSync(text)],
    ] as const) {
      writeFileSync(join(folder, name), bytes)
      expect(await verifyExportFile(join(folder, name), { fingerprints })).toEqual({
        rows: ROWS,
        checkpoints: ROWS / PER_CHECKPOINT,
        sound: true,
        faultCount: 0,
        faults: [],
        signedUpTo: ROWS,
        madeAt: '2026-11-20T10:00:00.000Z',
        keys: [{ id: ours.id, fingerprint: fingerprints[0], createdAt: '2026-01-01T00:00:00.000Z' }],
        last: { number: 3, seq: ROWS, at: '2026-11-20T09:31:18.000Z' },
      })
    }
    writeFileSync(join(folder, 'cut'), gzipSync(text).subarray(0, -40))
    expect(await verifyExportFile(join(folder, 'cut'))).toMatchObject({ sound: false })
    writeFileSync(join(folder, 'none'), '')
    expect(await verifyExportFile(join(folder, 'none'))).toMatchObject({ sound: false })
  } finally {
    rmSync(folder, { recursive: true })
  }
  expect(await verifyExport(exportOf({ rows: 0 }), { fingerprints })).toMatchObject({ sound: true, rows: 0 })
})

test('every one of 10,000 random tamperings is found', { timeout: 120_000 }, async () => {
  const found = new Map<string, number>()
  const tampering = fc.oneof(
    ...Object.entries(TAMPERINGS).map(([name, lines]) => lines.map((made) => ({ name, lines: made }))),
  )
  await fc.assert(
    fc.asyncProperty(tampering, async ({ name, lines }) => {
      fc.pre(lines.join('\n') !== whole.join('\n'))
      const report = await verifyExport(lines, { fingerprints })
      expect(report.sound, name).toBe(false)
      found.set(name, (found.get(name) ?? 0) + 1)
    }),
    { numRuns: 10_000 },
  )
  expect([...found.keys()].sort()).toEqual(Object.keys(TAMPERINGS).sort())
  expect([...found.values()].reduce((sum, count) => sum + count, 0)).toBe(10_000)
})

test('a fault says where it is, and one edit is one fault', async () => {
  const faultsOf = async (lines: string[]) => (await verifyExport(lines, { fingerprints })).faults
  const [first = 0] = rowsAt
  expect(await faultsOf(replaced(first + 2, JSON.stringify({ ...row(first + 2), actor_name: 'Eve' })))).toEqual([
    { kind: 'row_altered', seq: 3, detail: 'row 3 was altered: its hash does not fit' },
  ])
  expect((await faultsOf(whole.toSpliced(first + 2, 1)))[0]).toEqual({
    kind: 'row_missing',
    seq: 3,
    detail: 'row 3 is missing',
  })
  expect((await faultsOf(whole.slice(0, -1)))[0]).toMatchObject({
    kind: 'file_broken',
    detail: 'the file has no end: it was cut short',
  })
  expect((await verifyExport(whole, { fingerprints: [] })).faults[0]).toMatchObject({ kind: 'key_unknown' })
})

test('the canonical form of a row can be read back, so no two rows share one', () => {
  const field = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('\\', 'N', 'n', '\t', '\n', '\r', '\b', '\v', '\f') }),
    fc.constant(null),
  )
  fc.assert(
    fc.property(fc.array(field, { minLength: 15, maxLength: 15 }), (fields) => {
      const line = canonicalLine(fields)
      expect(line).not.toMatch(/\n/)
      expect(fieldsOf(line)).toEqual(fields)
    }),
    { numRuns: 1000 },
  )
})
