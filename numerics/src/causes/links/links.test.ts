import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../../random/index.ts'
import { adjustForDiscovery, conditionalLinks, grangerTest, prewhitenedCorrelation } from './index.ts'

/** a drives b (lag 2) and c (lag 3): b and c have a common driver and no link of their own. */
function commonDriver(length: number, seed = 42): [Float64Array, Float64Array, Float64Array] {
  const random = createRandom(seed)
  const [a, b, c] = [new Float64Array(length), new Float64Array(length), new Float64Array(length)]
  for (let t = 3; t < length; t++) {
    a[t] = 0.7 * (a[t - 1] ?? 0) + random.normal()
    b[t] = 0.5 * (b[t - 1] ?? 0) + 0.6 * (a[t - 2] ?? 0) + random.normal()
    c[t] = 0.8 * (c[t - 1] ?? 0) - 0.5 * (a[t - 3] ?? 0) + random.normal()
  }
  return [a, b, c]
}

test('p-values and strengths are those of tigramite on the same series', () => {
  // tigramite 5.2.10.1: PCMCI(DataFrame(data), ParCorr('analytic')).run_pcmci(tau_min=1, tau_max=3, pc_alpha=0.05)
  const { tested } = conditionalLinks(commonDriver(150), { maxLag: 3 })
  const at = (from: number, to: number, lag: number) =>
    tested.find((l) => l.from === from && l.to === to && l.lag === lag)
  const expected: [number, number, number, number, number][] = [
    [0, 0, 1, 0.552800320911805, 8.153559534590221e-13],
    [0, 1, 1, -0.03575527533582298, 0.6727020743050844],
    [0, 1, 2, 0.5880981403562124, 1.4126052415919154e-14],
    [0, 2, 3, -0.4559728273193823, 1.181312406423651e-8],
    [1, 2, 1, -0.0636475933406273, 0.4533713259442794],
    [1, 2, 3, 0.023143450624297138, 0.7860693419175451],
    [2, 1, 2, 0.06230064880992884, 0.4646245844516773],
    [2, 2, 1, 0.6136288607462304, 5.969864242699458e-16],
    [1, 0, 3, -0.048424159358342725, 0.568527653361516],
  ]
  for (const [from, to, lag, strength, p] of expected) {
    expect(at(from, to, lag)?.strength).toBeCloseTo(strength, 10)
    expect(Math.abs((at(from, to, lag)?.p ?? 9) / p - 1)).toBeLessThan(1e-7)
  }
})

test('a common driver makes Granger see a link where there is none; the conditional test does not', () => {
  const [a, b, c] = commonDriver(600)
  const { links } = conditionalLinks([a, b, c])
  expect(links.map(({ from, to, lag }) => [from, to, lag]).sort()).toEqual([
    [0, 1, 2],
    [0, 2, 3],
  ])
  expect(grangerTest(b, c, 5).p).toBeLessThan(0.001)
})

test('Granger F and p are those of statsmodels', () => {
  // statsmodels 0.15.0: grangercausalitytests(np.column_stack([c, b]), maxlag=[4])[4][0]['ssr_ftest']
  const [, b, c] = commonDriver(150)
  const { f, p } = grangerTest(b, c, 4)
  expect(f).toBeCloseTo(8.691382147655203, 9)
  expect(p).toBeCloseTo(2.782221460530593e-6, 9)
})

test('Benjamini and Hochberg: the worked example of their paper', () => {
  // Benjamini & Hochberg 1995, section 3.3: 15 p-values, the four smallest are rejected at 0.05.
  const p = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
  ]
  const adjusted = adjustForDiscovery(p)
  expect(adjusted.filter((q) => q <= 0.05)).toHaveLength(4)
  expect(adjusted[3]).toBeCloseTo((0.0095 * 15) / 4, 12)
})

test('prewhitening finds the lag and is not fooled by memory', () => {
  const random = createRandom(8)
  const walk = () => {
    const values = new Float64Array(400)
    for (let t = 1; t < values.length; t++) values[t] = 0.95 * (values[t - 1] ?? 0) + random.normal()
    return values
  }
  const x = walk()
  const y = x.map((_, t) => (t >= 4 ? 2 * (x[t - 4] ?? 0) : 0) + random.normal())
  expect(prewhitenedCorrelation(x, y, 10).best).toMatchObject({ lag: 4 })
  expect(prewhitenedCorrelation(y, x, 10).best.lag).toBe(-4)
  let alarms = 0
  for (let k = 0; k < 40; k++) if (prewhitenedCorrelation(walk(), walk(), 10).best.p < 0.05) alarms++
  expect(alarms).toBeLessThanOrEqual(5)
})

test('scale, shift and order of the series do not matter', () => {
  const base = commonDriver(200)
  const answer = conditionalLinks(base).tested.map((link) => link.p)
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      fc.double({ min: -1e3, max: 1e3, noNaN: true }),
      (scale, shift) => {
        const moved = base.map((values) => values.map((value) => scale * (value + shift)))
        conditionalLinks(moved).tested.forEach(({ p }, i) => {
          expect(p).toBeCloseTo(answer[i] ?? 9, 6)
        })
      },
    ),
    { numRuns: 15 },
  )
  const [a, b, c] = base
  const turned = conditionalLinks([c, a, b]).links.map(({ from, to, lag }) => [(from + 2) % 3, (to + 2) % 3, lag])
  expect(turned).toEqual(conditionalLinks(base).links.map(({ from, to, lag }) => [from, to, lag]))
})

test('gaps, constants, copies and short series have a defined answer', () => {
  const odd = fc.oneof(fc.double(), fc.constantFrom(0, Number.NaN, 1e300, 5, 5, 5))
  const series = fc.array(fc.array(odd, { minLength: 30, maxLength: 30 }), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(series, (rows) => {
      const all = [...rows, rows[0] ?? []].map((row) => Float64Array.from(row))
      for (const { p, strength } of conditionalLinks(all, { maxLag: 2 }).tested) {
        expect(p >= 0 && p <= 1 && Math.abs(strength) <= 1).toBe(true)
      }
      const [x = new Float64Array(0), y = x] = all
      expect(grangerTest(x, y, 2).p).toBeLessThanOrEqual(1)
      expect(Number.isNaN(prewhitenedCorrelation(x, y, 3).best.p)).toBe(false)
    }),
    { numRuns: 100 },
  )
  expect(conditionalLinks([new Float64Array(3), new Float64Array(3)]).links).toEqual([])
  expect(conditionalLinks([]).links).toEqual([])
  expect(() => conditionalLinks([new Float64Array(3), new Float64Array(4)])).toThrow('series 1 has 4 values')
})
