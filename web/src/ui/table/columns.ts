import type { ReactNode } from 'react'
import { type Cell, csvOf } from '../../lib/csv.ts'

export interface Column<Row> {
  id: string
  header: string
  cell: (row: Row) => ReactNode
  /** What the column sorts by and what an export writes; a column of buttons has none. */
  value?: (row: Row) => Cell
  align?: 'end'
  /** Keeps the column on one line. */
  nowrap?: boolean
  /** The column that names the row; on a phone it becomes the title of the card. */
  primary?: boolean
}

export interface Sorting {
  column: string
  direction: 'ascending' | 'descending'
}

/** Rows in the chosen order; absent values last in both directions, equal ones as they came. */
export function sortRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sorting?: Sorting): Row[] {
  const value = columns.find(({ id }) => id === sorting?.column)?.value
  if (!sorting || !value) return [...rows]
  const sign = sorting.direction === 'ascending' ? 1 : -1
  return rows.toSorted((a, b) => compare(value(a), value(b), sign))
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

function compare(a: Cell, b: Cell, sign: number): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  if (typeof a === 'string' && typeof b === 'string') return sign * collator.compare(a, b)
  return sign * (Number(a) - Number(b))
}

/** Ascending, descending, as it came. */
export function nextSorting(current: Sorting | undefined, column: string): Sorting | undefined {
  if (current?.column !== column) return { column, direction: 'ascending' }
  return current.direction === 'ascending' ? { column, direction: 'descending' } : undefined
}

export function csvOfRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const written = columns.filter((column) => column.value)
  return csvOf(
    written.map(({ header }) => header),
    rows.map((row) => written.map((column) => column.value?.(row))),
  )
}
