import { mstl } from '../../decompose/index.ts'
import { robustScale } from '../../statistics/index.ts'
import { believable, judgeHeavy, judgeNothing } from '../band.ts'
import { type Method, requireOption } from '../face.ts'
import { pushRing, ringCount, ringSize, ringValues } from '../ring.ts'

export interface SeasonalResidualOptions {
  /** Points of each season; one makes it STL, several MSTL. */
  periods: number[]
  /** Longest seasons looked back on. */
  cycles: number
}

const COUNT = 0
const TREND = 1
const SLOPE = 2
const SCALE = 3
const FITTED = 4
const RING = 5
/** How fast the trend follows between two decompositions. */
const FOLLOW = 0.1

const longest = ({ periods }: SeasonalResidualOptions) => Math.max(...periods)
const capacity = (options: SeasonalResidualOptions) => options.cycles * longest(options)

/**
 * Judges by what is left when trend and seasons are taken away. The decomposition is made anew once a longest season; in
 * between, the seasons repeat and the trend follows the values, so that no point is judged by a fit that has seen it.
 */
export const SEASONAL_RESIDUAL: Method<SeasonalResidualOptions> = {
  name: 'seasonal-residual',
  defaults: { periods: [24], cycles: 5 },
  check({ periods, cycles }) {
    const whole = periods.length > 0 && periods.every((period) => Number.isInteger(period) && period >= 2)
    requireOption(whole, `periods must be whole numbers of at least 2, got [${periods}]`)
    requireOption(Number.isInteger(cycles) && cycles >= 3, `cycles must be a whole number of at least 3, got ${cycles}`)
  },
  size: (options) => RING + ringSize(capacity(options)) + options.periods.reduce((sum, period) => sum + period, 0),
  step(memory, options, { input }, out) {
    const n = memory[COUNT] as number
    const fitted = memory[FITTED] === 1
    const ahead = (memory[TREND] as number) + (memory[SLOPE] as number)
    const expected = fitted ? ahead + seasonAt(memory, options, n) : input
    if (fitted) {
      judgeHeavy(out, input, expected, memory[SCALE] as number)
      const learned = believable(input, expected, memory[SCALE] as number)
      memory[TREND] = ahead + FOLLOW * (learned - expected)
      pushRing(memory, RING, capacity(options), learned)
    } else {
      judgeNothing(out, input)
      pushRing(memory, RING, capacity(options), input)
    }
    memory[COUNT] = n + 1
    const enough = ringCount(memory, RING) >= 3 * longest(options)
    if (enough && (n + 1) % longest(options) === 0) decompose(memory, options)
  },
}

function seasonAt(memory: Float64Array, options: SeasonalResidualOptions, n: number): number {
  let at = RING + ringSize(capacity(options))
  let sum = 0
  for (const period of options.periods) {
    sum += memory[at + (n % period)] as number
    at += period
  }
  return sum
}

function decompose(memory: Float64Array, options: SeasonalResidualOptions): void {
  const values = ringValues(memory, RING, capacity(options))
  const parts = mstl(values, { periods: options.periods, robust: true })
  const last = values.length - 1
  const first = (memory[COUNT] as number) - values.length
  let at = RING + ringSize(capacity(options))
  for (const period of options.periods) {
    const season = parts.seasonals[parts.periods.indexOf(period)]
    for (let back = 0; back < period; back++) {
      memory[at + ((first + last - back) % period)] = season ? (season[last - back] as number) : 0
    }
    at += period
  }
  const span = Math.min(longest(options), last)
  memory[TREND] = parts.trend[last] as number
  memory[SLOPE] = ((parts.trend[last] as number) - (parts.trend[last - span] as number)) / span
  memory[SCALE] = robustScale(parts.remainder)
  memory[FITTED] = 1
}
