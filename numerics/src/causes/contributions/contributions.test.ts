import fc from 'fast-check'
import { expect, test } from 'vitest'
import { leafTable, type Measure, type RatioMeasure } from '../localise/index.ts'
import { splitMix, waterfall } from './index.ts'

const cities = leafTable(
  ['city', 'tier'],
  [
    ['Riga', 'x'],
    ['Riga', 'y'],
    ['Oslo', 'x'],
    ['Oslo', 'y'],
    ['Bonn', 'x'],
  ],
)
const f = (...values: number[]) => Float64Array.from(values)

test('a waterfall of a sum, largest change first, small ones as one rest', () => {
  const measure: Measure = { kind: 'sum', real: f(50, 40, 105, 100, 21), expected: f(100, 100, 100, 100, 20) }
  expect(waterfall(cities, measure, 'city')).toEqual({
    start: 420,
    end: 316,
    bars: [
      { label: 'Riga', change: -110, from: 420, to: 310, values: 1 },
      { label: 'Oslo', change: 5, from: 310, to: 315, values: 1 },
      { label: 'Bonn', change: 1, from: 315, to: 316, values: 1 },
    ],
  })
  expect(waterfall(cities, measure, 'city', { most: 2 })?.bars[1]).toEqual({
    label: 'other',
    change: 6,
    from: 310,
    to: 316,
    values: 2,
  })
  expect(() => waterfall(cities, measure, 'country')).toThrow('there is no dimension "country"; there are city, tier')
})

test("Simpson's paradox: each rate rises, the whole falls, and the split says the mix did it", () => {
  const table = leafTable(['size'], [['small'], ['large']])
  const measure: RatioMeasure = {
    kind: 'ratio',
    expectedNumerator: f(810, 30),
    expectedDenominator: f(900, 100),
    numerator: f(95, 360),
    denominator: f(100, 900),
  }
  const split = splitMix(table, measure, 'size')
  expect(split?.before).toBeCloseTo(0.84, 12)
  expect(split?.after).toBeCloseTo(0.455, 12)
  // rates .9 -> .95 and .3 -> .4; mean shares .5 and .5: 0.5·0.05 + 0.5·0.1 = 0.075
  expect(split?.rate).toBeCloseTo(0.075, 12)
  // shares −.8 and +.8, mean rates .925 and .35, middle .6475: −.8·.2775 + .8·(−.2975) = −.46
  expect(split?.mix).toBeCloseTo(-0.46, 12)
  expect(split?.parts[0]?.mix).toBeCloseTo(-0.222, 12)
})

const amount = fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 1e6, noNaN: true }))
const column = fc.array(amount, { minLength: 5, maxLength: 5 }).map((list) => Float64Array.from(list))

test('the bars always meet, and mix and rate always add up to the change', () => {
  fc.assert(
    fc.property(column, column, column, column, fc.integer({ min: 1, max: 4 }), (a, b, c, d, most) => {
      const ratio: RatioMeasure = {
        kind: 'ratio',
        numerator: a,
        denominator: b,
        expectedNumerator: c,
        expectedDenominator: d,
      }
      for (const measure of [{ kind: 'sum', real: a, expected: b } as const, ratio]) {
        const chart = waterfall(cities, measure, 'city', { most })
        if (!chart) continue
        let level = chart.start
        for (const bar of chart.bars) {
          expect(bar.from).toBe(level)
          expect(Number.isFinite(bar.change)).toBe(true)
          level = bar.to
        }
        if (chart.bars.length > 0) expect(level).toBe(chart.end)
        expect(chart.bars.length).toBeLessThanOrEqual(most)
      }
      const split = splitMix(cities, ratio, 'tier')
      if (!split) return
      const scale = 1 + split.before + split.after + Math.max(...split.parts.map((part) => Math.abs(part.rate)))
      expect(Math.abs(split.mix + split.rate - (split.after - split.before)) / scale).toBeLessThan(1e-9)
    }),
  )
})

test('turning time around turns the signs', () => {
  fc.assert(
    fc.property(column, column, column, column, (a, b, c, d) => {
      const there = splitMix(
        cities,
        { kind: 'ratio', numerator: a, denominator: b, expectedNumerator: c, expectedDenominator: d },
        'city',
      )
      const back = splitMix(
        cities,
        { kind: 'ratio', numerator: c, denominator: d, expectedNumerator: a, expectedDenominator: b },
        'city',
      )
      if (!there || !back) return
      const scale = 1e-9 * (1 + Math.max(...there.parts.map((part) => Math.abs(part.rate))))
      expect(Math.abs(there.mix + back.mix)).toBeLessThan(scale)
      expect(Math.abs(there.rate + back.rate)).toBeLessThan(scale)
    }),
  )
})

test('no volume has no rate; missing leaves count as nothing', () => {
  const none = f(0, 0, 0, 0, 0)
  const some = f(1, 2, Number.NaN, 3, Number.POSITIVE_INFINITY)
  const empty: RatioMeasure = {
    kind: 'ratio',
    numerator: none,
    denominator: none,
    expectedNumerator: some,
    expectedDenominator: some,
  }
  expect(splitMix(cities, empty, 'city')).toBeUndefined()
  expect(waterfall(cities, empty, 'city')).toBeUndefined()
  expect(waterfall(cities, { kind: 'sum', real: some, expected: none }, 'city')).toMatchObject({ start: 0, end: 6 })
})
