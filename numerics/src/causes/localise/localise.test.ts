import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRandom } from '../../random/index.ts'
import { type LeafTable, leafTable, localise, type Measure } from './index.ts'

/** Every combination of `sizes` values, named a0, a1 … b0 …; dimension i is the letter i. */
function grid(sizes: readonly number[]): LeafTable {
  const names = sizes.map((_, i) => String.fromCharCode(97 + i))
  let rows: string[][] = [[]]
  sizes.forEach((size, i) => {
    rows = rows.flatMap((row) => Array.from({ length: size }, (_, k) => [...row, `${names[i]}${k}`]))
  })
  return leafTable(names, rows)
}

type Where = Record<string, string>
function inside(table: LeafTable, where: Where, leaf: number): boolean {
  return table.dimensions.every(({ name, values, codes }) => {
    const wanted = where[name]
    return wanted === undefined || values[codes[leaf] ?? -1] === wanted
  })
}

/** Leaves of uneven size whose forecast strays by `noise`; each cause multiplies its leaves. */
function scene(
  table: LeafTable,
  causes: readonly [Where, number][],
  { seed = 1, noise = 0.05 } = {},
): Measure & { kind: 'sum' } {
  const random = createRandom(seed)
  const expected = Float64Array.from({ length: table.size }, () => 100 * random.exponential())
  const real = expected.map((value, i) => {
    const factor = causes.reduce((f, [where, change]) => (inside(table, where, i) ? f * change : f), 1)
    return value * factor * (1 + noise * random.normal())
  })
  return { kind: 'sum', real, expected }
}

const named = (table: LeafTable, measure: Measure) => localise(table, measure).causes.map((cause) => cause.elements)
const cube = grid([6, 8, 10, 5])

describe('finds what was planted', () => {
  const cases: [string, [Where, number][]][] = [
    ['one value', [[{ b: 'b3' }, 0.5]]],
    ['two values together', [[{ a: 'a1', c: 'c7' }, 0.3]]],
    ['the finest cell', [[{ a: 'a1', b: 'b2', c: 'c3', d: 'd4' }, 0.1]]],
    [
      'a rise and a fall',
      [
        [{ a: 'a0' }, 1.5],
        [{ b: 'b1', d: 'd2' }, 0.4],
      ],
    ],
    [
      'three layers at once',
      [
        [{ c: 'c9' }, 0.7],
        [{ a: 'a5', b: 'b7' }, 0.2],
        [{ a: 'a2', b: 'b0', d: 'd1' }, 0.4],
      ],
    ],
    ['four of ten siblings, not their parent', [0, 3, 4, 8].map((k) => [{ a: 'a1', c: `c${k}` }, 0.5])],
  ]
  test.each(cases)('%s', (_, causes) => {
    const found = named(cube, scene(cube, causes))
    expect(found).toHaveLength(causes.length)
    expect(found).toEqual(expect.arrayContaining(causes.map(([where]) => where)))
  })
})

test('an element of which more than half is affected is named as a whole', () => {
  const causes = [0, 1, 2, 3, 5, 6, 7, 9].map((k): [Where, number] => [{ a: 'a1', c: `c${k}` }, 0.5])
  expect(named(cube, scene(cube, causes))[0]).toEqual({ a: 'a1' })
})

test('shares and deviations of the causes are those of their leaves', () => {
  const table = leafTable(
    ['city', 'tier'],
    [
      ['Riga', 'x'],
      ['Riga', 'y'],
      ['Oslo', 'x'],
      ['Oslo', 'y'],
      ['Bonn', 'x'],
      ['Bonn', 'y'],
    ],
  )
  const expected = Float64Array.from([100, 100, 100, 100, 100, 100])
  const real = Float64Array.from([40, 42, 101, 99, 100, 101])
  const { causes, deviation, explained } = localise(table, { kind: 'sum', real, expected })
  expect(deviation).toBe(-117)
  expect(causes).toHaveLength(1)
  expect(causes[0]).toMatchObject({ elements: { city: 'Riga' }, leaves: 2, real: 82, expected: 200, deviation: -118 })
  expect(explained).toBeCloseTo(118 / 117, 12)
})

test('what moved everywhere is said to be everywhere, and what moved beyond it is a cause', () => {
  const all = localise(cube, scene(cube, [[{}, 0.7]]))
  expect(all.causes).toEqual([])
  expect(all.everywhere?.share).toBeCloseTo(1, 1)
  expect(all.explained).toBeCloseTo(1, 1)
  const more = localise(
    cube,
    scene(cube, [
      [{}, 0.7],
      [{ b: 'b3' }, 0.5],
    ]),
  )
  expect(more.causes.map((cause) => cause.elements)).toEqual([{ b: 'b3' }])
  expect(more.everywhere?.change).toBeCloseTo(-0.3, 1)
  expect(more.explained).toBeCloseTo(1, 1)
  expect(localise(cube, scene(cube, [[{ b: 'b3' }, 0.5]])).everywhere).toBeUndefined()
})

test('pure noise names a cause in at most one search of twenty, here 60 seeds', () => {
  let alarms = 0
  for (let seed = 1; seed <= 60; seed++) alarms += named(cube, scene(cube, [], { seed, noise: 0.2 })).length > 0 ? 1 : 0
  expect(alarms).toBeLessThanOrEqual(6)
})

test('a ratio is judged by its rate: 2 of 4 is not 2,000 of 4,000', () => {
  const table = grid([5, 6, 4])
  const random = createRandom(4)
  const n = table.size
  const denominator = Float64Array.from({ length: n }, (_, i) => (i % 7 === 0 ? 4 : 4000))
  const rate = (i: number) => (inside(table, { b: 'b2' }, i) ? 0.08 : 0.02)
  const hits = (i: number, p: number) => {
    let count = 0
    for (let k = 0; k < (denominator[i] ?? 0); k++) count += random.next() < p ? 1 : 0
    return count
  }
  const expectedNumerator = denominator.map((_, i) => hits(i, 0.02))
  const numerator = denominator.map((_, i) => hits(i, rate(i)))
  const measure: Measure = {
    kind: 'ratio',
    numerator,
    denominator,
    expectedNumerator,
    expectedDenominator: denominator,
  }
  expect(named(table, measure)).toEqual([{ b: 'b2' }])
})

test('a dimension of 20,000 values is no problem, and the cause within it is found', () => {
  const values = 20_000
  const random = createRandom(9)
  const rows = Array.from({ length: 100_000 }, (_, i) => [
    `sku${i % values}`,
    `site${random.integer(12)}`,
    `country${random.integer(30)}`,
  ])
  const table = leafTable(['sku', 'site', 'country'], rows)
  const measure = scene(
    table,
    [
      [{ sku: 'sku17' }, 0],
      [{ site: 'site3', country: 'country4' }, 0.6],
    ],
    { noise: 0.1 },
  )
  const { causes } = localise(table, measure)
  expect(causes.map((cause) => cause.elements)).toEqual(
    expect.arrayContaining([{ sku: 'sku17' }, { site: 'site3', country: 'country4' }]),
  )
})

test('a budget and a support floor say what they left out', () => {
  const measure = scene(cube, [
    [{ b: 'b3' }, 0.5],
    [{ a: 'a1', b: 'b2', c: 'c3', d: 'd4' }, 0.01],
  ])
  const { pruned, searched, causes } = localise(cube, measure, { cells: cube.size * 6, leastSupport: 0.05 })
  expect(searched.cuboids).toBe(6)
  // Four single dimensions and two pairs fit: four pairs, four triples and the whole are left.
  expect(pruned.dimensionSets).toBe(9)
  expect(pruned.firstSets).toEqual([
    ['a', 'd'],
    ['b', 'c'],
    ['b', 'd'],
    ['c', 'd'],
  ])
  expect(pruned.elements).toBeGreaterThan(60)
  expect(pruned.largestDeviation).toBeGreaterThan(0)
  expect(causes.map((cause) => cause.elements)).toEqual([{ b: 'b3' }])
  expect(localise(cube, measure, { most: 1 }).causes).toHaveLength(1)
  expect(
    localise(cube, measure, { deepest: 1 }).causes.every((cause) => Object.keys(cause.elements).length === 1),
  ).toBe(true)
})

test('twenty dimensions end, within the budget', () => {
  const random = createRandom(2)
  const rows = Array.from({ length: 400 }, () => Array.from({ length: 20 }, (_, d) => `${d}:${random.integer(3)}`))
  const table = leafTable(
    Array.from({ length: 20 }, (_, d) => `d${d}`),
    rows,
  )
  const { searched, pruned, causes } = localise(table, scene(table, [[{ d7: '7:1' }, 0.4]]), { cells: 400 * 300 })
  expect(searched.cuboids).toBe(300)
  expect(pruned.dimensionSets).toBe(2 ** 20 - 1 - 300)
  expect(causes[0]?.elements).toEqual({ d7: '7:1' })
})

test('the unit of measure and the order of rows do not matter', () => {
  const table = grid([4, 5, 6])
  const base = scene(table, [[{ a: 'a1', c: 'c2' }, 0.5]])
  const answer = named(table, base)
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), fc.integer(), (unit, seed) => {
      const order = createRandom(seed).sample(table.size, table.size)
      const moved = {
        size: table.size,
        dimensions: table.dimensions.map((d) => ({ ...d, codes: order.map((i) => d.codes[i] as number) })),
      }
      const pick = (values: Float64Array) => Float64Array.from(order, (i) => (values[i] as number) * unit)
      expect(named(moved, { kind: 'sum', real: pick(base.real), expected: pick(base.expected) })).toEqual(answer)
    }),
    { numRuns: 20 },
  )
})

test('whatever the numbers, the answer is defined', () => {
  const odd = fc.oneof(fc.double(), fc.constantFrom(0, Number.NaN, Number.POSITIVE_INFINITY, 1e300, -1e300, 5e-324, 1))
  const column = fc.array(odd, { minLength: 24, maxLength: 24 }).map((list) => Float64Array.from(list))
  const table = grid([2, 3, 4])
  fc.assert(
    fc.property(column, column, column, column, (a, b, c, d) => {
      const measures: Measure[] = [
        { kind: 'sum', real: a, expected: b },
        { kind: 'ratio', numerator: a, denominator: b, expectedNumerator: c, expectedDenominator: d },
      ]
      for (const measure of measures) {
        const { causes, deviation, explained } = localise(table, measure)
        for (const value of [deviation, explained, ...causes.flatMap((x) => [x.share, x.real, x.evidence])]) {
          expect(Number.isNaN(value)).toBe(false)
        }
      }
    }),
    { numRuns: 200 },
  )
  const none = leafTable(['a'], [])
  const empty = new Float64Array(0)
  expect(localise(none, { kind: 'sum', real: empty, expected: empty }).causes).toEqual([])
  expect(() => localise(table, { kind: 'sum', real: empty, expected: empty })).toThrow(
    'real has 0 values for 24 leaves',
  )
})
