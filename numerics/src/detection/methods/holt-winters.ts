import { believable, judgeHeavy, judgeNormal, judgeNothing } from '../band.ts'
import { type Method, requireOption } from '../face.ts'

export interface HoltWintersOptions {
  /** Points a season; 1 = none. */
  period: number
  level: number
  trend: number
  season: number
}

const COUNT = 0
const LEVEL = 1
const TREND = 2
const VARIANCE = 3
const SEASON = 4

/** Additive Holt–Winters, one point at a time. The first two seasons set it up; then each error is judged before it is learned. */
export const HOLT_WINTERS: Method<HoltWintersOptions> = {
  name: 'holt-winters',
  defaults: { period: 24, level: 0.2, trend: 0.02, season: 0.1 },
  check({ period, level, trend, season }) {
    requireOption(Number.isInteger(period) && period >= 1, `period must be a whole number of at least 1, got ${period}`)
    for (const [name, gain] of Object.entries({ level, trend, season })) {
      requireOption(gain >= 0 && gain <= 1, `${name} must be in 0…1, got ${gain}`)
    }
  },
  // The first season is kept in the season's place, the second behind it, until both are there.
  size: ({ period }) => SEASON + 2 * period,
  step(memory, options, { input }, out) {
    const { period } = options
    const n = memory[COUNT] as number
    memory[COUNT] = n + 1
    if (n < 2 * period) {
      memory[SEASON + n] = input
      judgeNothing(out, n ? (memory[SEASON + Math.max(0, n - period)] as number) : input)
      if (n + 1 === 2 * period) setUp(memory, period)
      return
    }
    const place = SEASON + (n % period)
    const ahead = (memory[LEVEL] as number) + (memory[TREND] as number)
    const season = memory[place] as number
    const expected = ahead + season
    const deviation = Math.sqrt(memory[VARIANCE] as number)
    if (n < 4 * period || n < 30) judgeHeavy(out, input, expected, deviation)
    else judgeNormal(out, input, expected, deviation)
    const error = believable(input, expected, deviation) - expected
    memory[LEVEL] = ahead + options.level * error
    memory[TREND] = (memory[TREND] as number) + options.level * options.trend * error
    memory[place] = season + options.season * (1 - options.level) * error
    memory[VARIANCE] =
      (memory[VARIANCE] as number) + Math.max(0.01, 1 / (n - period)) * (error * error - deviation ** 2)
  },
}

/** Means of both seasons give level and trend, what is left the seasonal figures and the spread. */
function setUp(memory: Float64Array, period: number): void {
  const first = memory.slice(SEASON, SEASON + period)
  const second = memory.slice(SEASON + period, SEASON + 2 * period)
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value / period, 0)
  const [a, b] = [mean(first), mean(second)]
  const slope = period > 1 ? (b - a) / period : 0
  memory[TREND] = slope
  memory[LEVEL] = b + (slope * (period - 1)) / 2
  let square = 0
  for (let i = 0; i < period; i++) {
    const tilt = slope * (i - (period - 1) / 2)
    const one = (first[i] as number) - a - tilt
    const two = (second[i] as number) - b - tilt
    memory[SEASON + i] = (one + two) / 2
    square += (one - two) ** 2 / 2
  }
  memory.fill(0, SEASON + period, SEASON + 2 * period)
  // Two values a place leave half of the freedom: the spread of the difference over √2.
  memory[VARIANCE] = period > 1 ? square / period : (b - a) ** 2
}
