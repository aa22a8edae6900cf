import { describe, expect, it } from 'vitest'
import { createRandom } from '../random/index.ts'
import { coverage } from './accuracy.ts'
import { backtest, backtestError, originsOf } from './backtest.ts'
import { combination, combined, type Member, medianOf } from './combine.ts'
import { gate } from './gate.ts'
import { intervalsOf } from './intervals.ts'
import type { Fitted, Method } from './model.ts'
import { naive, seasonalNaive } from './naive.ts'

const constantModel = (value: number): Fitted => ({
  name: `always ${value}`,
  fitted: new Float64Array(0),
  forecast: (horizon) => new Float64Array(horizon).fill(value),
  deviations: (horizon) => new Float64Array(horizon).fill(1),
  update: () => constantModel(value),
})
const member = (value: number, error: number): Member => ({
  name: `always ${value}`,
  model: constantModel(value),
  past: undefined,
  error,
})

describe('backtest', () => {
  it('looks at nothing later than its origin', () => {
    const seen: number[] = []
    const spy: Method = {
      name: 'spy',
      fit: ({ values }) => {
        seen.push(values.length)
        return {
          ...constantModel(0),
          update: (other) => {
            seen.push(other.length)
            return constantModel(other.at(-1) as number)
          },
        }
      },
    }
    const values = Float64Array.from({ length: 40 }, (_, t) => t)
    const origins = originsOf({ values, periods: [] }, { horizon: 4 })
    const past = backtest(spy, { values, periods: [] }, origins, 4)
    expect(seen).toEqual([origins[0], ...origins])
    // from t known values the last is t − 1, the misses are 1, 2, 3, 4
    expect(backtestError(past as NonNullable<typeof past>, values)).toBeCloseTo(2.5, 12)
  })
  it('leaves at least half of the history to learn from', () => {
    for (const n of [6, 14, 40, 200, 1000])
      for (const horizon of [1, 6, 48]) {
        const origins = originsOf({ values: new Float64Array(n), periods: [12] }, { horizon })
        expect(origins.length).toBeLessThanOrEqual(16)
        for (const origin of origins) {
          expect(origin).toBeGreaterThanOrEqual(n / 2)
          expect(origin).toBeLessThan(n)
        }
      }
    expect(originsOf({ values: new Float64Array(3), periods: [] }, { horizon: 6 })).toEqual([])
  })
})

describe('combination', () => {
  it('weighs by the inverse square of the error and drops the hopeless', () => {
    const chosen = combination([member(10, 1), member(20, 2), member(99, 2.1)])
    expect([...chosen.weights]).toEqual([expect.closeTo(0.8, 12), expect.closeTo(0.2, 12)])
    expect(chosen.dropped.map(({ error }) => error)).toEqual([2.1])
    // median 15, mean 12
    expect(combined(chosen, ({ model }) => model.forecast(1))[0]).toBeCloseTo(13.5, 12)
  })
  it('lets one that runs away count no further than ten typical distances', () => {
    const chosen = combination([member(10, 1), member(11, 1), member(12, 1), member(1e6, 1)])
    // median 11.5, typical distance 1: 1e6 counts as 21.5, so the mean is 13.625
    expect(combined(chosen, ({ model }) => model.forecast(1))[0]).toBeCloseTo((11.5 + 13.625) / 2, 9)
  })
  it('counts all alike without a backtest, and copes with perfect ones', () => {
    expect([...combination([member(1, Number.NaN), member(3, Number.NaN)]).weights]).toEqual([0.5, 0.5])
    expect(combination([member(1, 0), member(3, 1)]).members.map(({ error }) => error)).toEqual([0])
    expect(medianOf([])).toBe(0)
    expect(medianOf([3, 1, Number.NaN])).toBe(2)
  })
})

describe('gate', () => {
  const values = Float64Array.from({ length: 24 }, (_, t) => t % 4)
  const origins = [12, 16, 20]
  const past = backtest(naive, { values, periods: [] }, origins, 4) as NonNullable<ReturnType<typeof backtest>>
  const judge = { values, measure: 'absolute' } as const
  const always = (value: number) => ({ origins, forecasts: origins.map(() => new Float64Array(4).fill(value)) })
  const ahead = (value: number) => new Float64Array(4).fill(value)

  it('judges by squares when asked to', () => {
    // squares of always 1.5: 2.25, 0.25, 0.25, 2.25
    const answer = gate(
      { ahead: ahead(1.5), past: always(1.5) },
      { ahead: ahead(3), past },
      { values, measure: 'squared' },
    )
    expect(answer.ownError).toBeCloseTo(Math.sqrt(1.25), 12)
  })
  it('opens for what beat the seasonal naive', () => {
    // naive repeats 3 over 0, 1, 2, 3: error 1.5; always 1.5 errs 1
    const answer = gate({ ahead: ahead(1.5), past: always(1.5) }, { ahead: ahead(3), past }, judge)
    expect(answer).toMatchObject({ naiveShare: 0, ownError: 1, naiveError: 1.5, servedError: 1 })
  })
  it('mixes in what brings it level, and closes for the hopeless', () => {
    const level = gate({ ahead: ahead(-1), past: always(-1) }, { ahead: ahead(3), past }, judge)
    expect(level.naiveShare).toBeGreaterThan(0)
    expect(level.naiveShare).toBeLessThan(1)
    expect(level.servedError).toBeLessThanOrEqual(level.naiveError)
    const closed = gate({ ahead: ahead(500), past: always(500) }, { ahead: ahead(3), past }, judge)
    expect(closed.naiveShare).toBe(1)
    expect([...closed.served]).toEqual([3, 3, 3, 3])
  })
})

describe('intervals', () => {
  const random = createRandom(11)
  const walks = Array.from({ length: 150 }, () => {
    let level = 0
    return Float64Array.from({ length: 130 }, () => (level += random.normal()))
  })
  const held = (kind: 'blended' | 'conformal' | 'model') => {
    let sum = 0
    for (const walk of walks) {
      const values = walk.slice(0, 120)
      const series = { values, periods: [] }
      const model = seasonalNaive.fit(series) as Fitted
      const past = backtest(seasonalNaive, series, originsOf(series, { horizon: 10 }), 10)
      const source = { values, mean: model.forecast(10), past, deviations: model.deviations(10) }
      sum += coverage(
        walk.slice(120),
        intervalsOf(source, [0.95], kind)[0] as NonNullable<ReturnType<typeof intervalsOf>[0]>,
      )
    }
    return sum / walks.length
  }
  it('hold 95 % of seeded random walks when the model is right', () => {
    expect(held('model')).toBeGreaterThan(0.92)
    expect(held('model')).toBeLessThan(0.98)
  })
  it('hold about as many when drawn from a dozen past errors', () => {
    for (const kind of ['blended', 'conformal'] as const) {
      expect(held(kind)).toBeGreaterThan(0.88)
      expect(held(kind)).toBeLessThan(0.98)
    }
  })
  it('widen with the level asked for', () => {
    const source = {
      values: Float64Array.of(1, 2, 3),
      mean: Float64Array.of(3),
      past: undefined,
      deviations: Float64Array.of(1),
    }
    const [narrow, wide] = intervalsOf(source, [0.8, 0.95], 'blended')
    expect(wide?.upper[0]).toBeCloseTo(3 + 1.959964, 5)
    expect(narrow?.upper[0]).toBeCloseTo(3 + 1.281552, 5)
  })
})
