import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../random/index.ts'
import {
  bayesianChangePoints,
  beginRunLengths,
  binarySegmentation,
  changePoints,
  jointly,
  lineAndVariance,
  lineResidual,
  meanAndVariance,
  meanResidual,
  meanShift,
  pelt,
  poissonRate,
  runLengthSize,
  type SegmentCost,
  updateRunLengths,
} from './index.ts'

const small = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 12 })

/** The least total over every segmentation there is. */
function cheapest(n: number, cost: SegmentCost, penalty: number, minimum: number): number {
  const best = [-penalty]
  for (let to = 1; to <= n; to++) {
    best[to] = Number.POSITIVE_INFINITY
    for (let from = 0; from <= to - minimum; from++)
      best[to] = Math.min(best[to]!, best[from]! + cost(from, to) + penalty)
  }
  return best[n]!
}

function total(n: number, cost: SegmentCost, penalty: number, changes: number[]): number {
  const bounds = [0, ...changes, n]
  return bounds.slice(1).reduce((sum, to, i) => sum + cost(bounds[i]!, to), penalty * changes.length)
}

describe('segment costs', () => {
  it('are the residual sums of squares of a mean and of a line', () => {
    const values = [1, 2, 4, 3, 7, 8, 8.5]
    expect(meanResidual(values)(1, 5)).toBeCloseTo(14, 12) // 2, 4, 3, 7 around 4
    expect(lineResidual(values)(1, 5)).toBeCloseTo(14 - 7 ** 2 / 5, 12) // Σ(t−t̄)(y−ȳ) = 7, Σ(t−t̄)² = 5
    expect(lineResidual([3, 5, 7, 9])(0, 4)).toBeCloseTo(0, 12)
  })
  it('know the Poisson likelihood', () => {
    // −2 (Σx ln λ − nλ) with λ = 5: 2·10·(1 − ln 5)
    expect(poissonRate([4, 6]).cost(0, 2)).toBeCloseTo(20 * (1 - Math.log(5)), 12)
    expect(poissonRate([0, 0]).cost(0, 2)).toBe(0)
  })
  it('add up over series that change together', () => {
    const [a, b] = [meanShift([1, 2, 9], 1), meanShift([4, 4, 0], 2)]
    expect(jointly([a, b]).cost(0, 3)).toBe(a.cost(0, 3) + b.cost(0, 3))
    expect(jointly([a, b]).parameters).toBe(3)
  })
  it('never gain by joining what fits apart (what pruning rests on)', () => {
    fc.assert(
      fc.property(small, (values) => {
        const { cost } = meanShift(values, 1)
        for (let cut = 1; cut < values.length; cut++) {
          expect(cost(0, cut) + cost(cut, values.length)).toBeLessThanOrEqual(cost(0, values.length) + 1e-6)
        }
      }),
    )
  })
})

describe('exact segmentation', () => {
  it('is the cheapest of all segmentations', () => {
    fc.assert(
      fc.property(small, fc.double({ min: 0.1, max: 50, noNaN: true }), (values, penalty) => {
        const { cost } = meanShift(values, 1)
        const found = pelt(values.length, cost, { penalty, minimum: 1 })
        expect(total(values.length, cost, penalty, found)).toBeCloseTo(cheapest(values.length, cost, penalty, 1), 6)
      }),
    )
  })
  it('finds planted shifts where binary segmentation does too', () => {
    const random = createRandom(5)
    const values = Float64Array.from({ length: 300 }, (_, i) => (i < 100 ? 0 : i < 180 ? 5 : 2) + random.normal())
    const limits = { penalty: 15, minimum: 5 }
    const { cost } = meanAndVariance(values, 1)
    expect(pelt(300, cost, limits)).toEqual([expect.closeTo(100, -1), expect.closeTo(180, -1)])
    expect(binarySegmentation(300, cost, limits)).toEqual(pelt(300, cost, limits))
  })
  it('has nothing to split in too little', () => {
    const { cost } = lineAndVariance([1, 2, 3], 1)
    expect(pelt(3, cost, { penalty: 1, minimum: 2 })).toEqual([])
    expect(pelt(0, cost, { penalty: 1, minimum: 2 })).toEqual([])
  })
})

describe('change points with fixed defaults', () => {
  const noise = (n: number, seed: number, rho: number) => {
    const random = createRandom(seed)
    let error = 0
    return Float64Array.from({ length: n }, () => (error = rho * error + random.normal()))
  }
  it('are where a level, a slope or a spread changes', () => {
    expect(changePoints(noise(200, 1, 0).map((e, i) => e + (i < 90 ? 0 : 6)))).toEqual([expect.closeTo(90, -0.6)])
    const bent = changePoints(noise(200, 2, 0).map((e, i) => e + (i < 100 ? i / 3 : 200 / 3 - i / 3)))
    expect(bent).toEqual([expect.closeTo(100, -1)])
    expect(changePoints(noise(300, 3, 0).map((e, i) => e * (i < 150 ? 1 : 12)))).toEqual([expect.closeTo(150, -1.1)])
  })
  it('are few in noise, however it hangs together', () => {
    let found = 0
    for (let seed = 0; seed < 40; seed++)
      for (const rho of [0, 0.7]) found += changePoints(noise(150, 100 + seed, rho)).length
    expect(found).toBeLessThan(12)
  })
  it('do not depend on scale, shift or single spikes', () => {
    const values = noise(200, 8, 0.3).map((e, i) => e + (i < 120 ? 0 : 8))
    const expected = changePoints(values)
    expect(expected.length).toBe(1)
    expect(changePoints(values.map((value) => 1e-6 * value - 3))).toEqual(expected)
    expect(changePoints(values.map((value, i) => (i === 60 ? 500 : value)))).toEqual(expected)
  })
  it('of several series are found together', () => {
    const [a, b] = [noise(150, 11, 0), noise(150, 12, 0)].map((one) => one.map((e, i) => e + (i < 70 ? 0 : 5)))
    expect(changePoints([a!, b!])).toEqual([expect.closeTo(70, -0.6)])
  })
  it('are defined for empty, constant, missing, tiny and giant series', () => {
    expect(changePoints(new Float64Array(0))).toEqual([])
    expect(changePoints([])).toEqual([])
    expect(changePoints(new Float64Array(50).fill(7))).toEqual([])
    expect(changePoints(new Float64Array(50).fill(Number.NaN))).toEqual([])
    expect(changePoints(Float64Array.of(1, 2))).toEqual([])
    const giant = Float64Array.from({ length: 60 }, (_, i) => (i < 30 ? 1e300 : -1e300))
    expect(changePoints(giant)).toEqual([30])
    const gaps = noise(100, 4, 0).map((e, i) => (i % 7 === 0 ? Number.NaN : e + (i < 50 ? 0 : 9)))
    expect(changePoints(gaps)).toEqual([expect.closeTo(50, -0.6)])
  })
  it('refuse options that mean nothing', () => {
    expect(() => changePoints(new Float64Array(9), { caution: 0 })).toThrow(/caution must be above 0/)
    expect(() => changePoints(new Float64Array(9), { minimum: 1 })).toThrow(/minimum must be at least 2/)
    expect(() => changePoints([new Float64Array(9), new Float64Array(8)])).toThrow(/equally long/)
  })
})

describe('Bayesian run lengths', () => {
  const options = { expectedRun: 100, longest: 200, centre: 0, spread: 1 }
  it('predict by Student’s t', () => {
    // The first value under the prior μ 0, κ 0.1, α 1, β 1: t with 2 degrees, scale √(1·1.1/0.1): scipy.stats.t.pdf(3, 2, 0, sqrt(11))
    const memory = new Float64Array(runLengthSize(options))
    beginRunLengths(memory, options)
    expect(updateRunLengths(memory, options, 3).density).toBeCloseTo(0.063730913622404, 12)
  })
  it('fall when the level moves, and sum to one', () => {
    const random = createRandom(9)
    const memory = new Float64Array(runLengthSize(options))
    beginRunLengths(memory, options)
    let young = 0
    for (let i = 0; i < 150; i++) young = updateRunLengths(memory, options, random.normal() + (i < 145 ? 0 : 8)).young
    expect(young).toBeGreaterThan(0.99)
    let sum = 0
    for (let run = 0; run < memory[0]!; run++) sum += memory[1 + 5 * run]!
    expect(sum).toBeCloseTo(1, 9)
  })
  it('date a planted change', () => {
    const random = createRandom(21)
    const values = Float64Array.from({ length: 200 }, (_, i) => random.normal() + (i < 120 ? 0 : 7))
    expect(bayesianChangePoints(values, options)).toEqual([120])
  })
  it('survive values beyond all reach', () => {
    const values = Float64Array.from({ length: 60 }, (_, i) => (i === 30 ? 1e60 : i % 3))
    expect(bayesianChangePoints(values, { ...options, longest: 20 }).every(Number.isInteger)).toBe(true)
  })
})
