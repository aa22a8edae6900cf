import { expect, test } from 'vitest'
import { csvOf } from './csv.ts'

test('cells are quoted only where they must be', () => {
  expect(
    csvOf(
      ['a', 'b'],
      [
        ['x, y', 'say "no"'],
        [1, undefined],
        [true, 'two\nlines'],
      ],
    ),
  ).toBe('\u{feff}a,b\r\n"x, y","say ""no"""\r\n1,\r\ntrue,"two\nlines"\r\n')
})

test.each(['=1+1', '+49', '-2', '@x', '\t='])('%j is not run by a spreadsheet', (cell) => {
  expect(csvOf(['a'], [[cell]])).toContain(`'${cell}`)
})

test('a negative number stays a number', () => {
  expect(csvOf(['a'], [[-2]])).toContain('\r\n-2\r\n')
})
