import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'

export type Cell = string | number | bigint | boolean | Date | Uint8Array | null | undefined | object

/** Rows are sent in pieces of about this many characters: large enough to be fast, small enough to stay in memory. */
const PIECE = 64 * 1024

export interface CopyTarget {
  /** Schema and table, as written in SQL. */
  table: string
  columns: readonly string[]
}

/** Bulk load by COPY on a connection of its own: all rows or none. Returns how many. */
export async function copyInto(
  pool: pg.Pool,
  { table, columns }: CopyTarget,
  rows: Iterable<readonly Cell[]> | AsyncIterable<readonly Cell[]>,
): Promise<number> {
  const client = await pool.connect()
  try {
    const stream = client.query(copyFrom(`copy ${table} (${columns.join(', ')}) from stdin`))
    await pipeline(Readable.from(pieces(rows)), stream)
    return stream.rowCount ?? 0
  } finally {
    client.release()
  }
}

async function* pieces(rows: Iterable<readonly Cell[]> | AsyncIterable<readonly Cell[]>): AsyncGenerator<Buffer> {
  let text = ''
  for await (const row of rows) {
    text += line(row)
    if (text.length >= PIECE) {
      yield Buffer.from(text)
      text = ''
    }
  }
  if (text) yield Buffer.from(text)
}

function line(row: readonly Cell[]): string {
  let text = cell(row[0])
  for (let index = 1; index < row.length; index++) text += `\t${cell(row[index])}`
  return `${text}\n`
}

const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** One value in COPY's text format. */
function cell(value: Cell): string {
  if (typeof value === 'number') return String(value)
  if (value === null || value === undefined) return '\\N'
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array)
    return `\\\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] as string)
}
