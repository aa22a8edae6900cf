import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coverage, mase, msis, owa, pinball, rmsse, seasonalNaiveError, smape } from './accuracy.ts'

const interval = (level: number, lower: number[], upper: number[]) => ({
  level,
  lower: Float64Array.from(lower),
  upper: Float64Array.from(upper),
})

describe('accuracy measures', () => {
  it('give what a sheet of paper gives', () => {
    // |100−110|·200/210, and a pair of zeros
    expect(smape([100, 0], [110, 0])).toBeCloseTo(2000 / 210 / 2, 12)
    // steps of 2 four times, but 3 cycles of 2: |5−1|, |7−3|, |9−5|
    expect(seasonalNaiveError([1, 3, 5, 7, 9], 1)).toBe(2)
    expect(seasonalNaiveError([1, 3, 5, 7, 9], 2)).toBe(4)
    expect(mase([10, 12], [11, 9], 2)).toBe(1)
    expect(rmsse([10, 12], [11, 9], [1, 3, 5, 7, 9])).toBeCloseTo(Math.sqrt(5 / 4), 12)
    // width 4 twice, and 1 above with penalty 2/0.05 = 40 once
    expect(msis([5, 8], interval(0.95, [3, 3], [7, 7]), 2)).toBeCloseTo((8 + 40) / 2 / 2, 12)
    expect(coverage([5, 8, 3], interval(0.95, [3, 3, 3], [7, 7, 7]))).toBeCloseTo(2 / 3, 12)
    expect(pinball([10, 10], [8, 13], 0.9)).toBeCloseTo((0.9 * 2 + 0.1 * 3) / 2, 12)
    expect(owa({ smape: 9, mase: 1 }, { smape: 18, mase: 4 })).toBe(0.375)
  })
  it('fall back on the last value where no season fits', () => {
    expect(seasonalNaiveError([1, 2, 4], 12)).toBe(1.5)
    expect(seasonalNaiveError([], 1)).toBeNaN()
  })
  it('do not change with the unit', () => {
    const lists = fc.array(fc.double({ min: 1, max: 100, noNaN: true }), { minLength: 4, maxLength: 8 })
    fc.assert(
      fc.property(lists, fc.double({ min: 0.01, max: 1000, noNaN: true }), (list, unit) => {
        const [history, actual, forecast] = [list, list.map((v) => v + 1), list.map((v) => v * 1.1)]
        const of = (scale: number) => {
          const [h, a, f] = [history, actual, forecast].map((all) => all.map((v) => v * scale)) as [
            number[],
            number[],
            number[],
          ]
          const yardstick = seasonalNaiveError(h, 1)
          return yardstick > 1e-6 * scale ? [smape(a, f), mase(a, f, yardstick), rmsse(a, f, h)] : []
        }
        of(1).forEach((value, i) => {
          expect(of(unit)[i]).toBeCloseTo(value, 6)
        })
      }),
    )
  })
})
