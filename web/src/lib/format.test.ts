import { expect, test } from 'vitest'
import { createFormats } from './format.ts'

const berlin = createFormats({ locale: 'en-GB', zone: 'Europe/Berlin' })
const at = '2026-11-26T23:00:00.000Z'

test('every clock time carries its zone', () => {
  expect(berlin.instant(at)).toBe('27 Nov 2026, 00:00 CET')
  expect(berlin.instantIn(at, 'UTC')).toBe('26 Nov 2026, 23:00 UTC')
  expect(berlin.exact(at)).toBe('27 Nov 2026, 00:00:00.000 CET')
  expect(createFormats({ locale: 'de-DE', zone: 'Asia/Kolkata' }).instant(at)).toMatch(/04:30 GMT\+5:30$/)
})

test.each([
  [0, 'now'],
  [-59_000, '59 seconds ago'],
  [-60_000, '1 minute ago'],
  [-3_599_000, '59 minutes ago'],
  [7_200_000, 'in 2 hours'],
  [-86_400_000, 'yesterday'],
])('%i ms away reads %s', (distance, words) => {
  const now = Date.parse(at)
  expect(berlin.ago(new Date(now + distance), now)).toBe(words)
})

test('durations and sizes take the unit that reads best', () => {
  expect([3.1378, 42.4, 1500].map(berlin.milliseconds)).toEqual(['3.14 ms', '42 ms', '1.5 s'])
  expect([0, 999, 1500, 2_500_000].map(berlin.bytes)).toEqual(['0 B', '999 B', '1.5 kB', '2.5 MB'])
})
