import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { componentStrength, fillMissing, loess, movingAverage, mstl, stl } from './index.ts'

// the series of the recorded run below: a trend, a season of 4 that grows, a bounded disturbance, one outlier
const recorded = Float64Array.from({ length: 48 }, (_, t) => {
  const value = 10 + 0.3 * t + ([3, -1, 0.5, -2.5][t % 4] as number) * (1 + t / 60) + Math.sin((t * t) / 7)
  return Math.round((value + (t === 20 ? 15 : 0)) * 1e6) / 1e6
})
const PLACES = [0, 1, 19, 20, 21, 46, 47]

describe('STL', () => {
  // statsmodels 0.15.0: STL(y, period=4, seasonal=7).fit(inner_iter=5), and robust=True .fit(inner_iter=1, outer_iter=15)
  const cases = [
    {
      name: 'plain',
      options: { innerPasses: 5 },
      seasonal: [2.356215461, -1.42070249, -4.228885019, 7.103198762, -2.490554239, 0.749122103, -4.286254146],
      trend: [10.687262802, 10.896838605, 19.21380094, 19.804013672, 19.769755841, 24.354539553, 24.726808262],
    },
    {
      name: 'robust',
      options: { robust: true, innerPasses: 1, outerPasses: 15 },
      seasonal: [2.726545951, -1.546469626, -3.124886313, 4.273625546, -1.604618952, 1.03099352, -4.188419469],
      trend: [10.410917002, 10.736967305, 16.247218908, 16.485942234, 16.728758094, 24.281736552, 24.620273186],
    },
  ]
  for (const { name, options, seasonal, trend } of cases)
    it(`gives what statsmodels gives, ${name}`, () => {
      const parts = stl(recorded, { period: 4, seasonalSpan: 7, ...options })
      PLACES.forEach((place, i) => {
        expect(parts.seasonal[place]).toBeCloseTo(seasonal[i] as number, 8)
        expect(parts.trend[place]).toBeCloseTo(trend[i] as number, 8)
      })
    })

  it('gives the outlier no weight when robust', () => {
    const { weights } = stl(recorded, { period: 4, robust: true })
    expect(weights[20]).toBe(0)
    expect(weights[10]).toBeGreaterThan(0.3)
  })

  it('keeps a periodic season the same in every cycle', () => {
    const { seasonal } = stl(recorded, { period: 4, seasonalSpan: 'periodic' })
    expect(seasonal[44]).toBeCloseTo(seasonal[0] as number, 12)
  })

  it('refuses a season that does not fit twice', () => {
    expect(() => stl(new Float64Array(7), { period: 4 })).toThrow('needs at least 8 values, got 7')
    expect(() => stl(new Float64Array(7), { period: 1 })).toThrow('at least 2')
  })

  it('follows scale and shift, and its parts add up', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 10, maxLength: 40 }),
        fc.integer({ min: 2, max: 5 }),
        fc.double({ min: 0.1, max: 50, noNaN: true }),
        fc.double({ min: -1000, max: 1000, noNaN: true }),
        (list, period, scale, shift) => {
          const values = Float64Array.from(list)
          const one = stl(values, { period })
          const other = stl(
            values.map((v) => v * scale + shift),
            { period },
          )
          values.forEach((value, i) => {
            const sum = (one.seasonal[i] as number) + (one.trend[i] as number) + (one.remainder[i] as number)
            expect(sum).toBeCloseTo(value, 9)
            expect(other.seasonal[i]).toBeCloseTo((one.seasonal[i] as number) * scale, 6)
            expect(other.trend[i]).toBeCloseTo((one.trend[i] as number) * scale + shift, 6)
          })
        },
      ),
      { numRuns: 50 },
    )
  })
})

describe('MSTL', () => {
  const values = Float64Array.from(
    { length: 24 * 7 * 4 },
    (_, t) => 100 + 0.01 * t + 10 * Math.sin((2 * Math.PI * t) / 24) + 5 * Math.cos((2 * Math.PI * t) / 168),
  )
  it('tells a daily from a weekly season', () => {
    const parts = mstl(values, { periods: [168, 24] })
    expect(parts.periods).toEqual([24, 168])
    // the ends are left out: local lines bend there by construction
    for (let t = 168; t < 504; t++) {
      expect(Math.abs((parts.seasonals[0]?.[t] as number) - 10 * Math.sin((2 * Math.PI * t) / 24))).toBeLessThan(0.5)
      expect(Math.abs((parts.seasonals[1]?.[t] as number) - 5 * Math.cos((2 * Math.PI * t) / 168))).toBeLessThan(0.5)
    }
    expect(componentStrength(parts.seasonals[0] as Float64Array, parts.remainder)).toBeGreaterThan(0.95)
  })
  it('leaves out periods that do not fit, and smooths when none does', () => {
    expect(mstl(values.slice(0, 100), { periods: [24, 168] }).periods).toEqual([24])
    const flat = mstl(new Float64Array(5).fill(3), { periods: [24] })
    expect(flat.periods).toEqual([])
    flat.trend.forEach((value) => {
      expect(value).toBeCloseTo(3, 12)
    })
    expect(mstl(new Float64Array(0), { periods: [24] }).trend.length).toBe(0)
  })
})

describe('smoothing and gaps', () => {
  it('reproduces a line exactly, at the ends too', () => {
    const line = Float64Array.from({ length: 20 }, (_, t) => 2 * t - 7)
    loess(line, { span: 9, degree: 1 }).forEach((value, t) => {
      expect(value).toBeCloseTo(2 * t - 7, 10)
    })
  })
  it('averages neighbours', () => {
    expect([...movingAverage(Float64Array.of(1, 2, 3, 4), 2)]).toEqual([1.5, 2.5, 3.5])
    expect(movingAverage(Float64Array.of(1), 2).length).toBe(0)
  })
  it('fills a gap on the line between its neighbours, the ends with the nearest', () => {
    const nan = Number.NaN
    expect([...fillMissing(Float64Array.of(nan, 1, nan, nan, 4, Number.POSITIVE_INFINITY))]).toEqual([1, 1, 2, 3, 4, 4])
    expect([...fillMissing(Float64Array.of(0, 9, 0, 9, 0, nan, 0, 9), 2)]).toEqual([0, 9, 0, 9, 0, 9, 0, 9])
    expect([...fillMissing(Float64Array.of(nan, nan))]).toEqual([nan, nan])
  })
  it('has strength 0 for nothing and 1 without remainder', () => {
    expect(componentStrength(new Float64Array(4), new Float64Array(4))).toBe(0)
    expect(componentStrength(Float64Array.of(1, -1, 1, -1), new Float64Array(4))).toBe(1)
  })
})
