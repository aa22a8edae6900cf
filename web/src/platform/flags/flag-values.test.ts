import { type Flag, NewFlag } from '@bellwether/contract/platform/flags'
import { expect, test } from 'vitest'
import { asTyped, bodyOf, freshFlag, readTyped, valuesOf } from './flag-values.ts'

test.each([['blue'], ['12'], [12], [true], ['true'], [{ a: [1, 'x'] }], [''], ['"quoted"']])(
  '%j comes back as it was',
  (value) => {
    expect(readTyped(asTyped(value))).toEqual(value)
  },
)

const flag: Flag = {
  key: 'checkout.form',
  description: 'New form',
  kind: 'variant',
  on: true,
  owner: 'ada@example.org',
  percent: 12.345,
  startsAt: '2026-11-26T23:00:00.000Z',
  variants: [
    { name: 'a', value: 'one', weight: 1 },
    { name: 'b', value: '2', weight: 3 },
  ],
  otherwise: 'a',
  allow: ['ada', 'grace'],
  deny: [],
  rules: [{ when: [{ attribute: 'country', operator: 'equals', value: 'DE' }], percent: 100 }],
  status: 'on',
  version: 4,
  createdAt: '2026-11-01T00:00:00.000Z',
  changedAt: '2026-11-02T00:00:00.000Z',
}

test('a flag that is opened and saved unchanged stays the same, its rules included', () => {
  const { status, version, createdAt, changedAt, ...fields } = flag
  expect(NewFlag.parse(bodyOf(valuesOf(flag, 'Europe/Berlin'), 'Europe/Berlin', flag))).toEqual(fields)
})

test('a fresh flag is good but for its key', () => {
  const fresh = freshFlag('ada@example.org', 'UTC')
  expect(NewFlag.safeParse(bodyOf(fresh, 'UTC', undefined)).error?.issues.map(({ path }) => path)).toEqual([['key']])
  expect(NewFlag.safeParse(bodyOf({ ...fresh, key: 'x' }, 'UTC', undefined)).success).toBe(true)
})
