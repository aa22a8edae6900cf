import type { Page } from '@bellwether/contract/page'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { invalid } from '../errors/index.ts'

/** A page out of `limit + 1` rows read: the extra row only tells that there is more. */
export function pageOf<T>(rows: readonly T[], limit: number, keyOf: (last: T) => readonly string[]): Page<T> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return rows.length > limit && last !== undefined ? { items, nextCursor: writeCursor(keyOf(last)) } : { items }
}

const writeCursor = (key: readonly string[]): string => Buffer.from(JSON.stringify(key)).toString('base64url')

/** The sort key a cursor holds, or undefined without one; `shapes` says what each part must look like. */
export function readCursor(cursor: string | undefined, shapes: readonly RegExp[]): string[] | undefined {
  if (cursor === undefined) return undefined
  const key = parsed(cursor)
  const fits =
    Array.isArray(key) &&
    key.length === shapes.length &&
    key.every((part, index) => typeof part === 'string' && shapes[index]?.test(part))
  if (!fits)
    throw invalid('the cursor is not one this list gave; start again without it', [
      { path: 'query.cursor', message: 'must be the nextCursor of the previous page' },
    ])
  return key as string[]
}

/** Shapes of the usual parts of a cursor. */
export const CURSOR = {
  id: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
  instant: /^\d{4}-\d\d-\d\dT[\d:.]{8,15}Z$/,
  number: /^\d{1,18}$/,
} as const

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return undefined // not ours; the caller says so
  }
}

/** SQL condition that keeps the rows of the domains a caller may see. */
export const inDomains = (domains: 'all' | readonly string[], column = 'domain'): RawBuilder<SqlBool> =>
  domains === 'all' ? sql<SqlBool>`true` : sql<SqlBool>`${sql.ref(column)} = any(${[...domains]})`
