import { z } from 'zod'
import { COLUMNS, fieldsOf, HASH_DIGITS, sha256 } from './canonical.ts'
import type { Checkpoint, PublicKey } from './checkpoint.ts'

// The export: one JSON value a line, each written exactly as `JSON.stringify` does, so that not a byte can differ.
//   header, then rows with each checkpoint right after the row it covers, then the end.

export const FORMAT = 'bellwether-audit/1'

export const Header = z.strictObject({
  format: z.literal(FORMAT),
  madeAt: z.string(),
  keys: z.array(z.strictObject({ id: z.string(), publicKey: z.string(), createdAt: z.string() })),
})
export type Header = z.output<typeof Header>

const Whole = z.number().int().min(0)
export const CheckpointLine = z.strictObject({
  checkpoint: z.strictObject({
    number: Whole,
    seq: Whole,
    rowCount: Whole,
    hash: z.string(),
    previous: z.string(),
    at: z.string(),
    keyId: z.string(),
    signature: z.string(),
  }),
})

/** Says how much there must have been, so that a file cut short shows. */
export const EndLine = z.strictObject({
  end: z.strictObject({ rows: Whole, checkpoints: Whole, keyId: z.string(), signature: z.string() }),
})
export type End = z.output<typeof EndLine>['end']

export const headerLine = (madeAt: string, keys: readonly PublicKey[]): string =>
  JSON.stringify({
    format: FORMAT,
    madeAt,
    keys: keys.map(({ id, publicKey, createdAt }) => ({ id, publicKey, createdAt })),
  } satisfies Header)

export const checkpointLine = (checkpoint: Checkpoint): string =>
  JSON.stringify({
    checkpoint: {
      number: checkpoint.number,
      seq: checkpoint.seq,
      rowCount: checkpoint.rowCount,
      hash: checkpoint.hash,
      previous: checkpoint.previous,
      at: checkpoint.at,
      keyId: checkpoint.keyId,
      signature: checkpoint.signature,
    },
  })

export const endLine = ({ rows, checkpoints, keyId, signature }: End): string =>
  JSON.stringify({ end: { rows, checkpoints, keyId, signature } })

/** What the end's signature covers. */
export const endText = (header: string, end: Pick<End, 'rows' | 'checkpoints'>, last: string): string =>
  ['bellwether/audit/export/1', sha256(header), end.rows, end.checkpoints, last].join('\n')

/** A line of the chain (`fields TAB hash`) as a line of the export. */
export function rowLine(line: string): string {
  const fields = fieldsOf(line.slice(0, -HASH_DIGITS - 1))
  const entries = COLUMNS.map((column, index) => [column, fields[index] ?? null] as const)
  return JSON.stringify({ ...Object.fromEntries(entries), seq: Number(fields[0]), hash: line.slice(-HASH_DIGITS) })
}

/** The fields of a row of the export in canonical order, and its hash; undefined when it is not a row. */
export function rowOf(value: unknown): { fields: (string | null)[]; hash: string } | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const row: Record<string, unknown> = { ...value }
  if (Object.keys(row).length !== COLUMNS.length + 1 || !Number.isSafeInteger(row.seq)) return undefined
  const fields: (string | null)[] = [String(row.seq)]
  for (const column of COLUMNS.slice(1)) {
    const field = row[column]
    if (typeof field !== 'string' && field !== null) return undefined
    fields.push(field)
  }
  return typeof row.hash === 'string' && row.hash.length === HASH_DIGITS ? { fields, hash: row.hash } : undefined
}
