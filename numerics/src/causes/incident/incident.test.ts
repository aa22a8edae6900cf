import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRandom } from '../../random/index.ts'
import { attributeDeviation, rankShifts } from './index.ts'

describe('shift ranking', () => {
  test('worked by hand: median 3 and range 2 before, 13 after is five ranges away', () => {
    const [shift] = rankShifts([Float64Array.from([1, 2, 3, 4, 5, 4, 13, 13])], 5)
    expect(shift).toEqual({ series: 0, score: 5, lasting: 5, direction: 'up', onset: 6, before: 3, after: 13 })
  })

  test('names the series that moved first and most among twenty that moved with it, in 29 of 30 incidents', () => {
    let right = 0
    for (let seed = 1; seed <= 30; seed++) {
      const random = createRandom(seed)
      const guilty = random.integer(20)
      const series = Array.from({ length: 20 }, (_, i) => {
        const level = 100 * random.next()
        const noise = 1 + 9 * random.next()
        const jump = (i === guilty ? 12 : 5 * random.next()) * noise
        return Float64Array.from({ length: 200 }, (_, t) => level + noise * random.normal() + (t >= 150 ? jump : 0))
      })
      if (rankShifts(series, 150)[0]?.series === guilty) right++
    }
    expect(right).toBeGreaterThanOrEqual(29)
  })

  test('unit and level do not matter, order is by score, nothing is NaN', () => {
    const value = fc.oneof(fc.integer({ min: -1e6, max: 1e6 }), fc.constantFrom(Number.NaN, 0, 0))
    const rows = fc.array(fc.array(value, { minLength: 12, maxLength: 12 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(rows, (list) => {
        const series = list.map((row) => Float64Array.from(row))
        const shifts = rankShifts(series, 8)
        shifts.forEach((shift, i) => {
          expect(shift.score).toBeLessThanOrEqual(shifts[i - 1]?.score ?? Number.POSITIVE_INFINITY)
          expect(Number.isNaN(shift.score + shift.lasting)).toBe(false)
        })
        const doubled = rankShifts(
          series.map((values) => values.map((x) => x * 2)),
          8,
        )
        expect(doubled.map((shift) => shift.score)).toEqual(shifts.map((shift) => shift.score))
      }),
    )
    expect(() => rankShifts([], 0)).toThrow('start must be a whole number from 1')
    expect(rankShifts([new Float64Array(3)], 5)).toEqual([])
  })
})

describe('structural attribution', () => {
  /** a → b (2), a → c (1), b → c (3): what a does reaches c as 1 + 2·3 = 7. */
  function diamond(seed: number, noise: number) {
    const random = createRandom(seed)
    const [a, b, c] = [new Float64Array(120), new Float64Array(120), new Float64Array(120)]
    for (let t = 0; t < 120; t++) {
      const incident = t >= 100
      a[t] = 10 + random.normal() + (incident ? 4 : 0)
      b[t] = 2 * (a[t] ?? 0) + noise * random.normal() + (incident ? -1 : 0)
      c[t] = (a[t] ?? 0) + 3 * (b[t] ?? 0) + noise * random.normal() + (incident ? 5 : 0)
    }
    return [a, b, c]
  }
  const edges = [
    { from: 0, to: 1 },
    { from: 0, to: 2 },
    { from: 1, to: 2 },
  ]

  test('each shock follows every path: 4·7 from a, −1·3 from b, 5 of its own', () => {
    const { contributions, carried, explained } = attributeDeviation({
      series: diamond(1, 0.01),
      edges,
      target: 2,
      start: 100,
    })
    const of = (node: number) => contributions.find((x) => x.series === node)?.contribution ?? 0
    const shock = (of(1) + 3) / 3
    expect(Math.abs(of(0) - 28)).toBeLessThan(7 * 0.8)
    expect(Math.abs(shock)).toBeLessThan(0.05)
    expect(of(2)).toBeCloseTo(5, 1)
    expect(carried).toBe(0)
    expect(explained[2]).toBeGreaterThan(0.999)
  })

  test('a series with memory hands on what was under way; a driver three steps back is found', () => {
    const random = createRandom(3)
    const [x, y] = [new Float64Array(300), new Float64Array(300)]
    for (let t = 3; t < 300; t++) {
      x[t] = random.normal() + (t === 288 ? 50 : 0)
      y[t] = 0.8 * (y[t - 1] ?? 0) + 2 * (x[t - 3] ?? 0) + 0.1 * random.normal()
    }
    const question = {
      series: [x, y],
      edges: [
        { from: 0, to: 1, lag: 3 },
        { from: 1, to: 1, lag: 1 },
      ],
      target: 1,
    }
    const at = attributeDeviation({ ...question, start: 287, end: 300 })
    expect(at.contributions[0]).toMatchObject({ series: 0 })
    expect(at.contributions[0]?.share).toBeGreaterThan(0.9)
    // Begun after the blow had landed, most of it is the past's doing.
    const late = attributeDeviation({ ...question, start: 293, end: 300 })
    expect(late.carried / late.deviation).toBeGreaterThan(0.8)
  })

  test('the parts add up to the deviation, whatever the data', () => {
    const steps = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 40, maxLength: 40 })
    fc.assert(
      fc.property(steps, steps, steps, fc.integer({ min: 0, max: 2 }), (a, b, c, lag) => {
        const series = [a, b, c].map((row) => Float64Array.from(row))
        const graph = [...edges.map((edge) => ({ ...edge, lag })), { from: 2, to: 2, lag: 1 }]
        const { deviation, contributions, carried } = attributeDeviation({ series, edges: graph, target: 2, start: 30 })
        const parts = contributions.reduce((sum, x) => sum + x.contribution, carried)
        const size = contributions.reduce((sum, x) => sum + Math.abs(x.contribution), 1 + Math.abs(carried))
        expect(Math.abs(parts - deviation) / size).toBeLessThan(1e-6)
      }),
      { numRuns: 60 },
    )
  })

  test('a cycle in one step, a foreign edge and a gap are named', () => {
    const series = diamond(1, 1)
    const ask = (more: object) => () => attributeDeviation({ series, edges, target: 2, start: 100, ...more })
    expect(ask({ edges: [...edges, { from: 2, to: 0 }] })).toThrow(
      '0, 1, 2 act on each other in the same step: a cycle',
    )
    expect(ask({ edges: [{ from: 0, to: 9 }] })).toThrow('edge 0 → 9 at lag 0 does not fit 3 series')
    expect(ask({ start: 0 })).toThrow('after the first step')
    expect(ask({ series: [...series.slice(0, 2), new Float64Array(120).fill(Number.NaN)] })).toThrow(
      'series 2 has no usable value at step 100',
    )
  })
})
