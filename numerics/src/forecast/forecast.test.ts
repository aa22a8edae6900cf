import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../random/index.ts'
import { type ForecastOptions, forecast } from './forecast.ts'
import { dynamicOptimisedTheta } from './theta.ts'

const random = createRandom(5)
const noise = Float64Array.from({ length: 400 }, () => random.normal())
const shop = (n: number) =>
  Float64Array.from({ length: n }, (_, t) => 200 + t + 40 * Math.sin((2 * Math.PI * t) / 12) + 5 * (noise[t] as number))

const isSound = (values: Float64Array, options: ForecastOptions) => {
  const answer = forecast(values, options)
  const { lower, upper } = answer.intervals[0] as (typeof answer.intervals)[0]
  expect([answer.mean.length, lower.length, upper.length]).toEqual([options.horizon, options.horizon, options.horizon])
  answer.mean.forEach((mean, h) => {
    expect(Number.isFinite(mean)).toBe(true)
    expect(lower[h]).toBeLessThanOrEqual(mean)
    expect(upper[h]).toBeGreaterThanOrEqual(mean)
  })
  expect(answer.account.length).toBeGreaterThan(2)
  expect(answer.account.join(' ')).not.toMatch(/NaN|undefined|Infinity/)
  return answer
}

describe('forecast', () => {
  it('says what it did in words, and does it well', () => {
    const values = shop(120)
    const answer = isSound(values.slice(0, 108), { horizon: 12, periods: [12] })
    const miss = answer.mean.reduce((sum, mean, h) => sum + Math.abs(mean - (values[108 + h] as number)), 0) / 12
    expect(miss).toBeLessThan(8)
    expect(answer.gate?.naiveShare).toBe(0)
    expect(answer.account[0]).toBe('Forecast of 12 steps from 108 values with a season of 12 steps.')
    expect(answer.account[1]).toMatch(/^Each method forecast from 15 earlier times; .+ came nearest\./)
    expect(answer.account[2]).toMatch(/^In the past it was off by \d+ % less than repeating the last season\.$/)
    expect(answer.tried.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9)
  })

  it('never serves what did worse than the seasonal naive', () => {
    // a season repeated to the digit: nothing can beat the naive forecast, and Theta alone is far from it
    const values = Float64Array.from({ length: 80 }, (_, t) => [5, 1, 9, 30, 2, 7, 7][t % 7] as number)
    const answer = isSound(values, { horizon: 7, periods: [7], methods: [dynamicOptimisedTheta] })
    const { gate } = answer
    expect(gate?.servedError).toBeLessThanOrEqual(gate?.naiveError as number)
    expect([...answer.mean].map(Math.round)).toEqual([30, 2, 7, 7, 5, 1, 9])
    expect(answer.tried.map(({ name }) => name)).toEqual(['dynamic optimised Theta'])
  })

  it('answers with the best so far when the time is over, and stops when told to', () => {
    let time = 0
    const short = isSound(shop(120), { horizon: 12, periods: [12], budgetMs: 3, now: () => time++ })
    expect(short.complete).toBe(false)
    expect(short.tried.length).toBeLessThan(forecast(shop(120), { horizon: 12, periods: [12] }).tried.length)
    expect(short.account.at(-1)).toBe('The time budget of 3 ms ended before every method was tried.')
    // with no time at all nothing is begun, and the last season is still an answer
    const never = { name: 'never', fit: () => expect.unreachable('begun after the budget') }
    const none = isSound(shop(120), { horizon: 12, periods: [12], methods: [never], budgetMs: 0, now: () => 0 })
    expect([...none.mean]).toEqual([...shop(120).slice(108)])
    let asked = 0
    const cancelled = () => ++asked > 3
    expect(() => forecast(shop(120), { horizon: 12, periods: [12], cancelled })).toThrow(
      expect.objectContaining({ name: 'ForecastCancelledError' }),
    )
  })

  it('fills gaps and says so', () => {
    const values = shop(108)
    const holed = values.map((value, t) => (t % 20 === 3 ? Number.NaN : value))
    const answer = isSound(holed, { horizon: 6, periods: [12] })
    expect(answer.account[0]).toContain('6 missing values were filled from their neighbours')
    const whole = forecast(values, { horizon: 6, periods: [12] })
    answer.mean.forEach((mean, h) => {
      expect(Math.abs(mean / (whole.mean[h] as number) - 1)).toBeLessThan(0.05)
    })
  })

  it('counts on given influences', () => {
    const sale = Float64Array.from({ length: 110 }, (_, t) => (t % 13 === 4 ? 1 : 0))
    const values = Float64Array.from({ length: 100 }, (_, t) => 50 + 40 * (sale[t] as number) + (noise[t] as number))
    const { mean } = isSound(values, { horizon: 10, exogenous: [sale] })
    mean.forEach((value, h) => {
      expect(Math.abs(value - 50 - 40 * (sale[100 + h] as number))).toBeLessThan(12)
    })
    expect(() => forecast(values, { horizon: 20, exogenous: [sale] })).toThrow(
      'must cover history and horizon, 120 values, got 110',
    )
  })

  it('forecasts intermittent demand as a rate within its bounds', () => {
    const demand = Float64Array.from({ length: 80 }, (_, t) => (t % 4 === 1 ? 4 : 0))
    // one a demand of 4 in each 4 steps, at seeded places: the rate is 1, the middle value would be 0
    const sparse = Float64Array.from({ length: 100 }, (_, t) => ((noise[t] as number) > 0.67 ? 4 : 0))
    const rate = forecast(sparse, { horizon: 4, periods: [] }).mean[0] as number
    expect(Math.abs(rate - 4 * (sparse.filter((v) => v > 0).length / 100))).toBeLessThan(0.5)
    const { mean, intervals } = isSound(demand, { horizon: 8, bounds: { lower: 0 } })
    for (const value of mean) expect(value).toBeGreaterThanOrEqual(0)
    for (const low of intervals[0]?.lower ?? []) expect(low).toBeGreaterThanOrEqual(0)
  })
})

describe('bad input', () => {
  const options = { horizon: 5, periods: [4] }
  it('is named where there is nothing to forecast from', () => {
    const named = (message: string) =>
      expect.objectContaining({ name: 'ForecastInputError', message: expect.stringContaining(message) })
    expect(() => forecast(new Float64Array(0), options)).toThrow(named('the series is empty'))
    expect(() => forecast(Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY), options)).toThrow(
      named('no finite value'),
    )
    for (const horizon of [0, -1, 1.5, Number.NaN])
      expect(() => forecast(Float64Array.of(1), { horizon })).toThrow(named('horizon'))
  })

  it('gets a defined answer: one, two, few, constant, huge, tiny, zero, stepped, alternating', () => {
    const cases: number[][] = [
      [7],
      [1, 2],
      [3, 1, 2],
      [1, 2, 3, 4],
      [5, 5, 5, 5, 5, 5],
      new Array(50).fill(0),
      new Array(50).fill(-3.7),
      Array.from({ length: 40 }, (_, t) => (t % 2 ? 1e300 : -1e300)),
      Array.from({ length: 40 }, (_, t) => 1e300 * (1 + 0.1 * Math.sin(t))),
      Array.from({ length: 40 }, (_, t) => 1e-300 * (1 + (t % 4))),
      Array.from({ length: 40 }, (_, t) => (t < 30 ? 0 : 1e9)),
      Array.from({ length: 40 }, (_, t) => 2 ** t),
      [Number.NaN, 1, Number.NaN, Number.NaN, 4, Number.NaN],
      Array.from({ length: 60 }, (_, t) => (t === 20 ? 1e300 : 1 + (t % 3))),
    ]
    for (const list of cases) isSound(Float64Array.from(list), options)
  })

  it('keeps a constant constant', () => {
    expect([...forecast(new Float64Array(30).fill(42), options).mean].map((v) => Math.round(v * 1e6) / 1e6)).toEqual([
      42, 42, 42, 42, 42,
    ])
  })

  it('finds a season that nobody named', () => {
    expect(isSound(shop(120), { horizon: 12 }).account[0]).toContain('with a season of 12 steps')
    isSound(
      Float64Array.from(noise, (v) => 1e300 * v),
      { horizon: 3 },
    )
  })

  it('ignores periods that are none', () => {
    isSound(shop(60), { horizon: 3, periods: [0, -4, 1, Number.NaN, 2.5, 1e9, 12, 12] })
  })

  it('never ends in NaN, whatever the values', () => {
    const value = fc.oneof(fc.double(), fc.integer({ min: 0, max: 3 }), fc.constant(Number.NaN), fc.constant(5))
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (list, horizon) => {
        fc.pre(list.some(Number.isFinite))
        isSound(Float64Array.from(list), { horizon, periods: [4] })
      }),
      { numRuns: 60, seed: 4 },
    )
  })

  it('gives twice the forecast for twice the values, to the bit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1, max: 100, noNaN: true }), { minLength: 12, maxLength: 30 }),
        fc.integer({ min: -40, max: 40 }),
        (list, power) => {
          const one = forecast(Float64Array.from(list), options)
          const other = forecast(
            Float64Array.from(list, (v) => v * 2 ** power),
            options,
          )
          expect([...other.mean]).toEqual([...one.mean].map((v) => v * 2 ** power))
        },
      ),
      { numRuns: 15, seed: 4 },
    )
  })
})
