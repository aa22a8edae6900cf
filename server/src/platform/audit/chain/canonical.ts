import { hash } from 'node:crypto'

/**
 * The canonical form of a row is its line in PostgreSQL's COPY text format: fields in this order, separated by tabs,
 * control characters escaped by a backslash, `\N` for nothing. So the database hands out for free what was hashed, and
 * no two rows share a form. `at` is UTC with microseconds, such as 2026-11-20T09:30:00.123000Z.
 */
export const COLUMNS = [
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
  'changes',
] as const

/** Hash before the first row. */
export const GENESIS = sha256('bellwether/audit/1')
export const HASH_DIGITS = 64

const ESCAPES: Record<string, string> = {
  '\\': '\\\\',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
}

export const canonicalLine = (fields: readonly (string | null)[]): string =>
  fields.map((field) => field?.replace(/[\\\b\t\n\v\f\r]/g, (found) => ESCAPES[found] ?? found) ?? '\\N').join('\t')

/** The fields of a line, as `canonicalLine` was given them. */
export function fieldsOf(line: string): (string | null)[] {
  return line.split('\t').map((field) => (field === '\\N' ? null : field.replace(/\\(.)/g, unescaped)))
}
const ORIGINALS = new Map(Object.entries(ESCAPES).map(([original, escaped]) => [escaped, original]))
const unescaped = (escaped: string): string => ORIGINALS.get(escaped) ?? escaped

/** The hash of a row: over the hash of the row before, a line feed and the row's own line. */
export const linked = (previous: string, line: string): string => sha256(`${previous}\n${line}`)

export function sha256(data: string | Buffer): string {
  return hash('sha256', data, 'hex')
}
