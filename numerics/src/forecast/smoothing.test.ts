import { describe, expect, it } from 'vitest'
import { complexSmoothing } from './ces.ts'
import { croston, crostonRate, isIntermittent, teunter, teunterRate } from './croston.ts'
import { doubleSeasonal } from './double-season.ts'
import { autoEts, dampedHolt, holt, simpleSmoothing } from './ets.ts'
import { type EtsForm, etsAhead, etsDeviations, runEts } from './ets-filter.ts'
import { drift, longSeasonalNaive, naive, naive2, seasonalNaive } from './naive.ts'
import { withSeasonsRemoved } from './seasons-removed.ts'
import { dynamicOptimisedTheta, theta } from './theta.ts'

const round4 = (x: number) => Math.round(x * 1e4) / 1e4
const seasonal = Float64Array.from({ length: 40 }, (_, t) =>
  round4((50 + 0.8 * t) * ([1.2, 0.9, 0.8, 1.1][t % 4] as number) + 3 * Math.sin((t * t) / 5)),
)
const wavy = Float64Array.from({ length: 40 }, (_, t) =>
  round4(100 + 2 * t + 10 * Math.sin(t / 2) + 5 * Math.cos((t * t) / 3)),
)
const line = Float64Array.from({ length: 30 }, (_, t) => 10 + 3 * t)

describe('naive forecasts', () => {
  const values = Float64Array.of(1, 2, 3, 4, 5, 6, 7)
  it('repeat the last value, the last season, the longest season, or the line', () => {
    expect([...(naive.fit({ values, periods: [] })?.forecast(2) ?? [])]).toEqual([7, 7])
    expect([...(seasonalNaive.fit({ values, periods: [3] })?.forecast(4) ?? [])]).toEqual([5, 6, 7, 5])
    expect([...(longSeasonalNaive.fit({ values, periods: [2, 5] })?.forecast(2) ?? [])]).toEqual([3, 4])
    expect([...(drift.fit({ values, periods: [] })?.forecast(2) ?? [])]).toEqual([8, 9])
  })
  it('grow uncertain with the root of the time', () => {
    const steps = Float64Array.of(0, 1, 0, 1, 0)
    const model = naive.fit({ values: steps, periods: [] })
    expect([...(model?.deviations(4) ?? [])].map((d) => d * d)).toEqual([1, 2, 3, 4].map((v) => expect.closeTo(v, 9)))
  })
  it('put the season back where one shows', () => {
    const forecast = naive2.fit({ values: seasonal, periods: [4] })?.forecast(2) as Float64Array
    expect((forecast[0] as number) / (forecast[1] as number)).toBeCloseTo(1.2 / 0.9, 1)
  })
})

describe('exponential smoothing', () => {
  // statsmodels 0.15.0: ETSModel(y, …, initialization_method='known', initial_level=50, initial_trend=0.7, initial_seasonal=…)
  // .smooth(alpha 0.4, beta 0.1, gamma 0.2, phi 0.9 as the form has them): llf, fittedvalues[39], forecast(6)[[0, 1, 5]]
  const cases: { form: EtsForm; season: number[]; llf: number; last: number; ahead: number[] }[] = [
    {
      form: { error: 'A', trend: 'Ad', season: 'N' },
      season: [],
      llf: -161.2351275197364,
      last: 73.19715671,
      ahead: [81.09034416, 81.83983728, 84.15959344],
    },
    {
      form: { error: 'A', trend: 'A', season: 'A' },
      season: [10, -5, -10, 5],
      llf: -105.73351813465669,
      last: 88.4540639,
      ahead: [96.86950018, 74.56608411, 78.62692828],
    },
    {
      form: { error: 'M', trend: 'N', season: 'N' },
      season: [],
      llf: -158.4385984726168,
      last: 72.54608183,
      ahead: [79.8669291, 79.8669291, 79.8669291],
    },
    {
      form: { error: 'M', trend: 'Ad', season: 'A' },
      season: [10, -5, -10, 5],
      llf: -102.94738915101982,
      last: 87.79149028,
      ahead: [96.15477256, 73.50411375, 75.41922823],
    },
  ]
  for (const { form, season, llf, last, ahead } of cases)
    it(`walks as statsmodels does: ${Object.values(form).join('')}`, () => {
      const phi = form.trend === 'Ad' ? 0.9 : 1
      const parameters = { alpha: 0.4, beta: 0.1, gamma: 0.2, phi }
      const state = { level: 50, slope: form.trend === 'N' ? 0 : 0.7, season: Float64Array.from(season), origin: 0 }
      const fitted = new Float64Array(40)
      const { cost } = runEts(seasonal, { form, parameters, state, fitted })
      expect(-0.5 * (cost + 40 * Math.log((2 * Math.PI) / 40) + 40)).toBeCloseTo(llf, 8)
      expect(fitted[39]).toBeCloseTo(last, 6)
      const forecast = etsAhead(form, parameters, state, 6)
      expect([0, 1, 5].map((h) => forecast[h])).toEqual(ahead.map((value) => expect.closeTo(value, 6)))
    })

  it('takes one multiplicative step as the book’s table 2.1 says', () => {
    const state = { level: 10, slope: 1, season: Float64Array.of(2, 0.5), origin: 0 }
    const form: EtsForm = { error: 'M', trend: 'A', season: 'M' }
    runEts(Float64Array.of(33), { form, parameters: { alpha: 0.5, beta: 0.1, gamma: 0.2, phi: 1 }, state })
    // expected (10 + 1)·2 = 22, so ε = 0.5: level 11·(1 + 0.25), slope 1 + 0.1·11·0.5, season 2·(1 + 0.1)
    expect(state).toMatchObject({ level: 13.75, slope: 1.55, origin: 1 })
    expect(state.season[0]).toBeCloseTo(2.2, 12)
  })
  it('spreads simple smoothing by 1 + (h − 1)α²', () => {
    const form: EtsForm = { error: 'A', trend: 'N', season: 'N' }
    const weights = { alpha: 0.3, beta: 0, gamma: 0, phi: 1 }
    const spread = etsDeviations(form, weights, { sigma: 2, ahead: new Float64Array(5), period: 0 })
    spread.forEach((d, h) => {
      expect(d).toBeCloseTo(2 * Math.sqrt(1 + h * 0.09), 12)
    })
  })
  it('chooses a trend and a season where they are, neither where they are not', () => {
    // statsforecast 2.1.1 AutoETS(season_length=4) says MAM too, and 96.90, 72.57, 67.18, 91.72
    const model = autoEts.fit({ values: seasonal, periods: [4] })
    expect(model?.name).toBe('ETS(M,A,M)')
    for (const [h, value] of [96.903, 72.565, 67.176, 91.716].entries())
      expect(Math.abs((model?.forecast(4)[h] as number) / value - 1)).toBeLessThan(0.015)
    const noise = Float64Array.from({ length: 60 }, (_, t) => 100 + 10 * Math.sin(t * t * 12.9898))
    expect(autoEts.fit({ values: noise, periods: [4] })?.name).toMatch(/ETS\([AM],N,N\)/)
  })
  it('follows a line exactly with Holt, and bends it when damped', () => {
    expect(holt.fit({ values: line, periods: [] })?.forecast(3)[2]).toBeCloseTo(106, 2)
    const damped = dampedHolt.fit({ values: line, periods: [] })?.forecast(50) as Float64Array
    expect((damped[49] as number) - (damped[48] as number)).toBeLessThan(3)
    expect(simpleSmoothing.fit({ values: new Float64Array(9).fill(5), periods: [] })?.forecast(2)[1]).toBeCloseTo(5, 9)
  })
})

describe('Theta and complex smoothing', () => {
  it('agree with statsforecast 2.1.1 to half a per cent', () => {
    // Theta(season_length=1), DynamicOptimizedTheta(season_length=1) .fit(wavy).predict(h=3)
    const cases = [
      { method: theta, expected: [182.4438258, 183.37145311, 184.29908043], within: 0.005 },
      // AutoCES(season_length=1, model='N').fit(wavy).predict(h=3)
      { method: complexSmoothing, expected: [182.73597691, 185.57972691, 187.50904018], within: 0.004 },
      { method: dynamicOptimisedTheta, expected: [182.55397973, 183.34539378, 184.14244871], within: 0.001 },
    ]
    for (const { method, expected, within } of cases) {
      const forecast = method.fit({ values: wavy, periods: [] })?.forecast(3) as Float64Array
      for (const [h, value] of expected.entries())
        expect(Math.abs((forecast[h] as number) / value - 1)).toBeLessThan(within)
    }
  })
  it('rise by half the line’s slope each step, the closed form of Theta', () => {
    const forecast = theta.fit({ values: line, periods: [] })?.forecast(10) as Float64Array
    expect((forecast[9] as number) - (forecast[8] as number)).toBeCloseTo(1.5, 6)
  })
  it('keep a constant and follow a level shift', () => {
    for (const method of [theta, dynamicOptimisedTheta, complexSmoothing]) {
      const constant = method.fit({ values: new Float64Array(20).fill(7), periods: [] })?.forecast(5) as Float64Array
      for (const value of constant) expect(value).toBeCloseTo(7, 3)
    }
  })
  it('move their state on without new parameters, and agree with themselves', () => {
    for (const method of [dynamicOptimisedTheta, complexSmoothing, autoEts]) {
      const model = method.fit({ values: seasonal, periods: [4] })
      expect([...(model?.update(seasonal).forecast(4) ?? [])]).toEqual([...(model?.forecast(4) ?? [])])
    }
  })
})

describe('several seasons', () => {
  const hours = Float64Array.from(
    { length: 700 },
    (_, t) =>
      100 + 20 * Math.sin((2 * Math.PI * t) / 24) + 10 * Math.cos((2 * Math.PI * t) / 168) + Math.sin(t * t * 12.9898),
  )
  it('come back in the forecast', () => {
    for (const method of [doubleSeasonal, withSeasonsRemoved(simpleSmoothing, 'MSTL')]) {
      const forecast = method.fit({ values: hours.slice(0, 650), periods: [24, 168] })?.forecast(50) as Float64Array
      for (const [h, value] of forecast.entries()) expect(Math.abs(value - (hours[650 + h] as number))).toBeLessThan(5)
    }
  })
  it('are followed when they change', () => {
    // the week is twice as strong in the first fortnight, from which the profile starts
    const week = (t: number) => (t < 336 ? 20 : 10) * Math.sin(((t % 168) * (t % 168)) / 3)
    const values = Float64Array.from({ length: 2000 }, (_, t) => 100 + week(t) + Math.sin(t * t * 12.9898))
    const forecast = doubleSeasonal
      .fit({ values: values.slice(0, 1800), periods: [24, 168] })
      ?.forecast(168) as Float64Array
    const miss = forecast.reduce((sum, value, h) => sum + Math.abs(value - (values[1800 + h] as number)) / 168, 0)
    expect(miss).toBeLessThan(2)
  })
  it('are refused where they do not fit', () => {
    expect(doubleSeasonal.fit({ values: hours.slice(0, 300), periods: [24, 168] })).toBeUndefined()
    expect(
      withSeasonsRemoved(simpleSmoothing, 'MSTL').fit({ values: hours.slice(0, 20), periods: [24] }),
    ).toBeUndefined()
  })
})

describe('intermittent demand', () => {
  const demand = Float64Array.of(0, 0, 3, 0, 1, 0, 0, 4, 2, 0, 0, 0, 5, 0, 1)
  it('gives the rate of statsforecast’s CrostonSBA', () => {
    // statsforecast 2.1.1: CrostonSBA().fit(demand).predict(h=1)
    expect(crostonRate(demand, [0.1, 0.1]).rate).toBeCloseTo(0.97692433, 7)
  })
  it('smooths probability and size as Teunter, Syntetos and Babai do', () => {
    // from p = 1/2, z = 4: after 0, p = 0.4; after 8, p = 0.4 + 0.2·0.6 and z = 4 + 0.5·4 … here by hand over (4, 0)
    const { fitted, rate } = teunterRate(Float64Array.of(4, 0), [0.5, 0.2])
    expect(fitted[0]).toBe(2)
    expect(fitted[1]).toBeCloseTo(0.6 * 4, 12)
    expect(rate).toBeCloseTo(0.48 * 4, 12)
  })
  it('is recognised, and never forecast below zero', () => {
    expect(isIntermittent(demand)).toBe(true)
    expect(isIntermittent(wavy)).toBe(false)
    for (const method of [croston, teunter])
      expect(method.fit({ values: demand, periods: [] })?.forecast(1)[0]).toBeGreaterThan(0)
    expect(croston.fit({ values: Float64Array.of(-1, 0, 0, 2, 1), periods: [] })).toBeUndefined()
  })
})
