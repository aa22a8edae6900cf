import { expect, test } from 'vitest'
import { type Column, csvOfRows, nextSorting, type Sorting, sortRows } from './columns.ts'

interface Row {
  name: string
  size?: number
}
const columns: Column<Row>[] = [
  { id: 'name', header: 'Name', cell: ({ name }) => name, value: ({ name }) => name },
  { id: 'size', header: 'Size', cell: ({ size }) => size, value: ({ size }) => size },
  { id: 'acts', header: '', cell: () => 'button' },
]
const rows: Row[] = [{ name: 'b10', size: 2 }, { name: 'B9' }, { name: 'a', size: 10 }]
const sorted = (sorting?: Sorting) => sortRows(rows, columns, sorting).map(({ name }) => name)

test('text sorts as people count, numbers by size, absent values last', () => {
  expect(sorted()).toEqual(['b10', 'B9', 'a'])
  expect(sorted({ column: 'name', direction: 'ascending' })).toEqual(['a', 'B9', 'b10'])
  expect(sorted({ column: 'size', direction: 'ascending' })).toEqual(['b10', 'a', 'B9'])
  expect(sorted({ column: 'size', direction: 'descending' })).toEqual(['a', 'b10', 'B9'])
})

test('a header goes up, down, and back to the order the server gave', () => {
  const up = nextSorting(undefined, 'name')
  const down = nextSorting(up, 'name')
  expect([up?.direction, down?.direction, nextSorting(down, 'name')]).toEqual(['ascending', 'descending', undefined])
  expect(nextSorting(down, 'size')).toEqual({ column: 'size', direction: 'ascending' })
})

test('an export leaves out columns that hold no value', () => {
  expect(csvOfRows(rows, columns)).toBe('\u{feff}Name,Size\r\nb10,2\r\nB9,\r\na,10\r\n')
})
