import { NewFlag } from '@bellwether/contract/platform/flags'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Attributes, BUCKETS, bucketOf, evaluate, KEY_MISSING, type Outcome, prepare } from './rules.ts'

const NOW = Date.parse('2026-11-20T12:00:00Z')
const base = { key: 'new-chart', kind: 'boolean', on: true, owner: 'ada', percent: 0 } as const
const ready = (fields: Partial<Parameters<typeof NewFlag.parse>[0] & object> = {}, salt = 'salt') =>
  prepare(NewFlag.parse({ ...base, ...fields }), salt)
const given = (flag: ReturnType<typeof prepare>, context: Attributes, now = NOW): Outcome => {
  const outcome = evaluate(flag, context, now)
  if (outcome === KEY_MISSING) throw new Error(KEY_MISSING)
  return outcome
}
const isOn = (flag: ReturnType<typeof prepare>, targetingKey: string) =>
  given(flag, { targetingKey }).variant?.value === true
const percents = fc.integer({ min: 0, max: BUCKETS }).map((steps) => steps / 1000)
const keys = fc.string({ minLength: 1, maxLength: 40 })
const variants = (weights: readonly number[]) =>
  weights.map((weight, index) => ({ name: `v${index}`, value: `value ${index}`, weight }))

test.each([
  ['switched off', { on: false, percent: 100, allow: ['ada'] }, false, 'DISABLED'],
  ['for everybody', { percent: 100 }, true, 'STATIC'],
  ['for nobody', { percent: 0 }, false, 'DEFAULT'],
  ['allowed', { allow: ['ada'] }, true, 'TARGETING_MATCH'],
  ['denied, though allowed', { percent: 100, allow: ['ada'], deny: ['ada'] }, false, 'TARGETING_MATCH'],
  ['not begun', { percent: 100, startsAt: '2026-11-20T12:00:01Z' }, false, 'DEFAULT'],
  ['just begun', { percent: 100, startsAt: '2026-11-20T12:00:00Z' }, true, 'STATIC'],
  ['just over', { percent: 100, endsAt: '2026-11-20T12:00:00Z' }, false, 'DEFAULT'],
  ['expired, though allowed', { allow: ['ada'], expiresAt: '2026-11-20T13:00:00+01:00' }, false, 'DEFAULT'],
  [
    'of a rule',
    { rules: [{ when: [{ attribute: 'plan', operator: 'equals', value: 'gold' }] }] },
    true,
    'TARGETING_MATCH',
  ],
  [
    'of a rule for nobody, before one for all',
    { percent: 100, rules: [{ when: [{ attribute: 'plan', operator: 'exists' }], percent: 0 }] },
    false,
    'DEFAULT',
  ],
] as const)('%s', (_, fields, on, reason) => {
  expect(given(ready(fields), { targetingKey: 'ada', plan: 'gold' })).toMatchObject({ variant: { value: on }, reason })
})

test.each([
  ['equals', 'gold', { plan: 'gold' }, true],
  ['equals', 1, { plan: '1' }, false],
  ['not_equals', 'gold', {}, true],
  ['in', ['gold', 'silver'], { plan: 'silver' }, true],
  ['not_in', ['gold'], { plan: 'gold' }, false],
  ['not_in', ['gold'], {}, true],
  ['starts_with', 'go', { plan: 'gold' }, true],
  ['ends_with', 'go', { plan: 'gold' }, false],
  ['contains', 'ol', { plan: 'gold' }, true],
  ['contains', 'b', { plan: ['a', 'b'] }, true],
  ['less', 5, { plan: 4 }, true],
  ['less', 5, { plan: '4' }, false],
  ['at_most', 5, { plan: 5 }, true],
  ['greater', '2026-01-01', { plan: '2026-02-01' }, true],
  ['at_least', 5, { plan: 4.9 }, false],
  ['at_least', 5, {}, false],
  ['exists', undefined, { plan: null }, false],
  ['missing', undefined, {}, true],
  ['exists', undefined, Object.create({ plan: 'inherited' }), false],
] as const)('plan %s %j for %j is %s', (operator, value, context, met) => {
  const rules = [
    {
      when: [
        {
          attribute: 'plan',
          operator,
          ...(value === undefined ? {} : { value: Array.isArray(value) ? [...value] : value }),
        },
      ],
    },
  ]
  expect(given(ready({ rules } as object), context).variant?.value).toBe(met)
})

test('an answer never changes by asking again, and needs nothing but the flag and the key', () => {
  fc.assert(
    fc.property(keys, percents, fc.string(), (key, percent, salt) => {
      expect(isOn(ready({ percent }, salt), key)).toBe(isOn(ready({ percent, description: 'other' }, salt), key))
    }),
  )
})

test('raising a percentage never removes anybody', () => {
  fc.assert(
    fc.property(keys, percents, percents, (key, one, other) => {
      const [low, high] = [Math.min(one, other), Math.max(one, other)]
      if (isOn(ready({ percent: low }), key)) expect(isOn(ready({ percent: high }), key)).toBe(true)
      const rules = (percent: number) =>
        ready({ rules: [{ when: [{ attribute: 'targetingKey', operator: 'exists' }], percent }] })
      if (isOn(rules(low), key)) expect(isOn(rules(high), key)).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

test('a step of 0.001 % adds exactly those of one bucket', () => {
  fc.assert(
    fc.property(keys, (key) => {
      const bucket = bucketOf(ready(), key)
      expect(bucket).toBeGreaterThanOrEqual(0)
      expect(bucket).toBeLessThan(BUCKETS)
      expect(isOn(ready({ percent: bucket / 1000 }), key)).toBe(false)
      expect(isOn(ready({ percent: (bucket + 1) / 1000 }), key)).toBe(true)
    }),
  )
})

test('a percentage is the share it says, for small and large ones and for keys of every kind', () => {
  const people = 60_000
  for (const keyOf of [(index: number) => String(index), (index: number) => `user-${index}@example.com`]) {
    const buckets = Array.from({ length: people }, (_, index) => bucketOf(ready(), keyOf(index)))
    for (const percent of [0.01, 0.5, 1, 12.345, 50, 99]) {
      const share = percent / 100
      const found = buckets.filter((bucket) => bucket < percent * 1000).length
      const deviation = Math.sqrt(people * share * (1 - share))
      expect(Math.abs(found - people * share), `${percent} %`).toBeLessThan(4.5 * deviation)
    }
  }
})

test('two flags choose different people', () => {
  const both = Array.from({ length: 20_000 }, (_, index) => String(index)).filter(
    (key) => bucketOf(ready({ key: 'a' }), key) < 10_000 && bucketOf(ready({ key: 'b' }), key) < 10_000,
  )
  expect(Math.abs(both.length - 200)).toBeLessThan(4.5 * Math.sqrt(200))
})

test('variants are given by their weights', () => {
  const flag = ready({ kind: 'variant', percent: 100, variants: variants([1, 3, 6, 0]) })
  const counts = new Map<string | undefined, number>()
  for (let index = 0; index < 50_000; index++) {
    const name = given(flag, { targetingKey: `u${index}` }).variant?.name
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  for (const [name, share] of [
    ['v0', 0.1],
    ['v1', 0.3],
    ['v2', 0.6],
  ] as const)
    expect(Math.abs((counts.get(name) ?? 0) - 50_000 * share)).toBeLessThan(
      4.5 * Math.sqrt(50_000 * share * (1 - share)),
    )
  expect(counts.has('v3')).toBe(false)
})

test('a raised weight moves people only to its own variant, and the percentage moves nobody between variants', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 6 })
  fc.assert(
    fc.property(
      keys,
      weights,
      fc.nat(),
      fc.integer({ min: 1, max: 1000 }),
      percents,
      (key, before, at, more, percent) => {
        const raised = at % before.length
        const after = before.map((weight, index) => (index === raised ? weight + more : weight))
        const nameIn = (of: readonly number[], share: number) =>
          given(ready({ kind: 'variant', percent: share, variants: variants(of) }), { targetingKey: key }).variant?.name
        const [old, young] = [nameIn(before, 100), nameIn(after, 100)]
        if (old !== young) expect(young).toBe(`v${raised}`)
        expect([undefined, old]).toContain(nameIn(before, percent))
      },
    ),
    { numRuns: 2000 },
  )
})

test('a percentage without a targeting key is not guessed', () => {
  expect(evaluate(ready({ percent: 50 }), {}, NOW)).toBe(KEY_MISSING)
  expect(evaluate(ready({ percent: 50 }), { targetingKey: '' }, NOW)).toBe(KEY_MISSING)
  expect(given(ready({ percent: 100 }), {}).variant?.value).toBe(true)
  expect(given(ready({ percent: 0 }), {}).variant?.value).toBe(false)
  expect(evaluate(ready({ kind: 'variant', percent: 100, variants: variants([1, 1]) }), {}, NOW)).toBe(KEY_MISSING)
})

test('whoever does not take part in a variant flag gets `otherwise`, or their own default', () => {
  const fields = { kind: 'variant', percent: 0, variants: variants([1, 1]) } as const
  expect(given(ready(fields), {}).variant).toBeUndefined()
  expect(given(ready({ ...fields, otherwise: 'v1' }), {}).variant?.name).toBe('v1')
})

test('an evaluation takes microseconds', () => {
  const flag = ready({
    percent: 50,
    allow: Array.from({ length: 10_000 }, (_, index) => `a${index}`),
    rules: [{ when: [{ attribute: 'plan', operator: 'equals', value: 'gold' }] }],
  })
  for (let index = 0; index < 20_000; index++) isOn(flag, `warm ${index}`)
  const begin = performance.now()
  for (let index = 0; index < 50_000; index++) isOn(flag, `user ${index}`)
  expect(((performance.now() - begin) * 1000) / 50_000).toBeLessThan(50)
})
