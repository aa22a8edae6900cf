import { describe, expect, it } from 'vitest'
import { createRandom } from '../random/index.ts'
import { arimaOf, autoArima } from './arima.ts'
import { fitArma } from './arima-fit.ts'
import { wanders } from './arima-orders.ts'
import { impulses, integration, seasonalProduct, sparse, stationary } from './arima-polynomials.ts'
import { autoregression, lagsFor, logAutoregression } from './autoregression.ts'
import { calendarTerms, fourierTerms, naturalPeriods } from './calendar.ts'
import { regression } from './regression.ts'

// Box and Jenkins' airline passengers and the Canadian lynx: R's datasets AirPassengers and lynx
const AIR = [
  112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114,
  140, 145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166, 171, 180, 193, 181, 183, 218, 230, 242, 209, 191,
  172, 194, 196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201, 204, 188, 235, 227, 234, 264, 302, 293, 259,
  229, 203, 229, 242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278, 284, 277, 317, 313, 318, 374, 413, 405,
  355, 306, 271, 306, 315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336, 340, 318, 362, 348, 363, 435, 491,
  505, 404, 359, 310, 337, 360, 342, 406, 396, 420, 472, 548, 559, 463, 407, 362, 405, 417, 391, 419, 461, 472, 535,
  622, 606, 508, 461, 390, 432,
]
const LYNX = [
  269, 321, 585, 871, 1475, 2821, 3928, 5943, 4950, 2577, 523, 98, 184, 279, 409, 2285, 2685, 3409, 1824, 409, 151, 45,
  68, 213, 546, 1033, 2129, 2536, 957, 361, 377, 225, 360, 731, 1638, 2725, 2871, 2119, 684, 299, 236, 245, 552, 1623,
  3311, 6721, 4254, 687, 255, 473, 358, 784, 1594, 1676, 2251, 1426, 756, 299, 201, 229, 469, 736, 2042, 2811, 4431,
  2511, 389, 73, 39, 49, 59, 188, 377, 1292, 4031, 3495, 587, 105, 153, 387, 758, 1307, 3465, 6991, 6313, 3794, 1836,
  345, 382, 808, 1388, 2713, 3800, 3091, 2985, 3790, 674, 81, 80, 108, 229, 399, 1132, 2432, 3574, 2935, 1537, 529, 485,
  662, 1000, 1590, 2657, 3396,
]
const chance = createRandom(7)
const shocks = Float64Array.from({ length: 1000 }, () => chance.normal())
const noise = (t: number) => shocks[t] as number
const order = { p: 0, d: 0, q: 0, sp: 0, sd: 0, sq: 0, period: 1, constant: false }

describe('ARIMA', () => {
  it('comes to the airline model of Box and Jenkins', () => {
    const airline = arimaOf({ ...order, d: 1, q: 1, sd: 1, sq: 1, period: 12 }).fit({
      values: Float64Array.from(AIR, Math.log),
      periods: [12],
    })
    expect(airline?.name).toBe('ARIMA(0,1,1)(0,1,1)[12]')
    // statsmodels 0.15.0, exact likelihood: ARIMA(log AIR, (0,1,1), (0,1,1,12)).fit().forecast(3) and se_mean
    for (const [h, value] of [450.421, 425.715, 479.002].entries())
      expect(Math.abs(Math.exp(airline?.forecast(3)[h] as number) / value - 1)).toBeLessThan(0.0001)
    for (const [h, se] of [0.0367, 0.0428, 0.0481].entries()) expect(airline?.deviations(3)[h]).toBeCloseTo(se, 3)
  })
  it('comes near exact likelihood on the lynx', () => {
    // statsmodels 0.15.0: ARIMA(log10 LYNX, order=(2,0,0), trend='c'): 1.3776, −0.7399, mean 2.9038; forecast and se_mean
    const values = Float64Array.from(LYNX, Math.log10)
    const fit = fitArma(values, { ...order, p: 2, constant: true })
    expect(Math.abs((fit?.ar[0] as number) - 1.3776)).toBeLessThan(0.01)
    expect(Math.abs((fit?.ar[1] as number) + 0.7399)).toBeLessThan(0.01)
    expect(fit?.mean).toBeCloseTo(2.9038, 1)
    const model = arimaOf({ ...order, p: 2, constant: true }).fit({ values, periods: [] })
    for (const [h, value] of [3.38262, 3.09941, 2.81901].entries()) expect(model?.forecast(3)[h]).toBeCloseTo(value, 2)
    for (const [h, se] of [0.226, 0.3847, 0.4653].entries())
      expect(Math.abs((model?.deviations(3)[h] as number) / se - 1)).toBeLessThan(0.03)
  })
  it('maps any numbers to stationary weights', () => {
    expect(stationary([0.5])[0]).toBeCloseTo(Math.tanh(0.5), 12)
    const [a = 0, b = 0] = stationary([3, -2])
    // the triangle of stationary AR(2)
    expect(Math.abs(b)).toBeLessThan(1)
    expect(a + b).toBeLessThan(1)
    expect(b - a).toBeLessThan(1)
  })
  it('multiplies seasonal polynomials: (1 − 0.5B)(1 − 0.4B²)', () => {
    expect([...seasonalProduct(Float64Array.of(0.5), Float64Array.of(0.4), 2)]).toEqual([0.5, 0.4, -0.2])
    expect([...integration(2, 0, 1)]).toEqual([2, -1])
    expect([...integration(1, 1, 2)]).toEqual([1, 1, -1])
  })
  it('has impulses φ^h for AR(1)', () => {
    expect([...impulses(sparse(Float64Array.of(0.5)), sparse(new Float64Array(0)), 4)]).toEqual([1, 0.5, 0.25, 0.125])
  })
  it('differences a wandering level, not a steady one', () => {
    let level = 0
    const walk = Float64Array.from({ length: 200 }, (_, t) => (level += noise(t + 1)))
    expect(wanders(walk)).toBe(true)
    expect(wanders(Float64Array.from({ length: 200 }, (_, t) => noise(t + 1)))).toBe(false)
  })
  it('finds the season of the passengers by itself', () => {
    const model = autoArima.fit({ values: Float64Array.from(AIR), periods: [12] })
    expect(model?.name).toContain('[12]')
    const later = autoArima
      .fit({ values: Float64Array.from(AIR.slice(0, 132)), periods: [12] })
      ?.forecast(12) as Float64Array
    const error = AIR.slice(132).reduce((sum, value, h) => sum + Math.abs(value / (later[h] as number) - 1) / 12, 0)
    expect(error).toBeLessThan(0.05)
  })
})

describe('autoregression', () => {
  it('recovers an AR(2) and keeps its promise about the spread', () => {
    const values = new Float64Array(600)
    for (let t = 2; t < 600; t++)
      values[t] = 0.5 * (values[t - 1] as number) + 0.3 * (values[t - 2] as number) + noise(t)
    const model = autoregression.fit({ values, periods: [] })
    const next = 0.5 * (values[599] as number) + 0.3 * (values[598] as number)
    expect(Math.abs((model?.forecast(1)[0] as number) - next)).toBeLessThan(0.15)
    const [first = 0, second = 0] = model?.deviations(2) ?? []
    expect(second / first).toBeCloseTo(Math.sqrt(1 + 0.25), 1)
  })
  it('takes only lags that the history can carry', () => {
    expect([...(lagsFor([24, 168], 700) ?? [])]).toEqual([1, 2, 3, 23, 24, 25, 26, 48, 49, 72, 73, 167, 168, 169, 170])
    expect([...(lagsFor([52], 100) ?? [])]).toEqual([1, 2, 3])
    expect(lagsFor([4], 40)).toBeUndefined()
    expect(lagsFor([], 10)).toBeUndefined()
  })
  it('stays finite on a series that doubles, and positive in logarithms', () => {
    const values = Float64Array.from({ length: 60 }, (_, t) => 2 ** (t / 2) * (1 + 0.1 * noise(t)))
    for (const method of [autoregression, logAutoregression])
      expect(method.fit({ values, periods: [] })?.forecast(200).every(Number.isFinite)).toBe(true)
    expect(logAutoregression.fit({ values: values.map((v) => v - 5), periods: [] })).toBeUndefined()
  })
})

describe('regression with given influences', () => {
  it('learns what a campaign brings and counts on the next one', () => {
    const n = 120
    const campaign = Float64Array.from({ length: n + 10 }, (_, t) => (t % 17 === 5 ? 1 : 0))
    const values = Float64Array.from({ length: n }, (_, t) => 50 + 0.1 * t + 30 * (campaign[t] as number) + noise(t))
    const forecast = regression.fit({ values, periods: [], exogenous: [campaign] })?.forecast(10) as Float64Array
    const expected = Float64Array.from({ length: 10 }, (_, h) => 50 + 0.1 * (n + h) + 30 * (campaign[n + h] as number))
    for (const [h, value] of forecast.entries()) expect(Math.abs(value - (expected[h] as number))).toBeLessThan(2.5)
    expect(Math.max(...expected)).toBeGreaterThan(85)
  })
  it('says which values are missing when the influences end too early', () => {
    const values = Float64Array.from({ length: 40 }, (_, t) => t + noise(t))
    const model = regression.fit({ values, periods: [], exogenous: [new Float64Array(42)] })
    expect(() => model?.forecast(5)).toThrow('exogenous inputs end after 42 values, 45 are needed')
  })
})

describe('calendar', () => {
  it('knows the seasons of a step', () => {
    expect(naturalPeriods(3600)).toEqual([24, 168])
    expect(naturalPeriods(300)).toEqual([288, 2016])
    expect(naturalPeriods(86400)).toEqual([7, 365])
    expect(naturalPeriods(7 * 86400)).toEqual([52])
    expect(naturalPeriods(0)).toEqual([])
  })
  it('makes waves and marks days', () => {
    expect(
      fourierTerms(4, 3, { from: 0, count: 4 }).map((column) => [...column].map((value) => Math.round(value) + 0)),
    ).toEqual([
      [1, 0, -1, 0],
      [0, 1, 0, -1],
      [1, -1, 1, -1],
    ])
    // 31 January 2025 was a Friday, 1 February a Saturday
    const times = Float64Array.of(Date.UTC(2025, 0, 31), Date.UTC(2025, 1, 1))
    const [monday, , , , friday, saturday] = calendarTerms(times, ['dayOfWeek'])
    expect([monday, friday, saturday].map((column) => [...(column ?? [])])).toEqual([
      [0, 0],
      [1, 0],
      [0, 1],
    ])
    expect([...(calendarTerms(times, ['monthEnd'])[0] ?? [])]).toEqual([1, 0])
    expect([...(calendarTerms(times, ['monthOfYear'])[0] ?? [])]).toEqual([0, 1])
  })
})
