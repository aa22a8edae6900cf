import { expect, test } from 'vitest'
import { Instant } from './page.ts'

for (const [given, leaves] of [
  ['2026-11-27T09:30:00+01:00', '2026-11-27T08:30:00.000Z'],
  ['2026-11-27T08:30:00.123456Z', '2026-11-27T08:30:00.123Z'],
  ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
] as const) {
  test(`${given} leaves as ${leaves}`, () => {
    expect(Instant.parse(given)).toBe(leaves)
  })
}

for (const given of [
  'yesterday',
  '',
  '2026-11-27',
  '2026-11-27T08:30:00',
  '2026-02-29T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-11-27T24:30:00Z',
]) {
  test(`${JSON.stringify(given)} is refused, not thrown over`, () => {
    expect(Instant.safeParse(given).error?.issues.map(({ message }) => message)).toEqual([
      'must be a time with offset such as 2026-11-27T09:30:00+01:00',
    ])
  })
}
