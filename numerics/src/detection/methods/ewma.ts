import { BAND, believable, judgeNothing } from '../band.ts'
import { type Method, requireOption } from '../face.ts'
import { normalSurprise, scoreOf } from '../surprise.ts'

export interface EwmaOptions {
  /** Weight of the newest point in the average that is judged. */
  weight: number
  /** Weight of the newest point in the long-run mean and variance. */
  baseline: number
}

const COUNT = 0
const AVERAGE = 1
const MEAN = 2
const VARIANCE = 3
const WARM_UP = 10

/** EWMA control chart (Roberts 1959): notices small lasting shifts, which single points do not show. */
export const EWMA: Method<EwmaOptions> = {
  name: 'ewma',
  defaults: { weight: 0.2, baseline: 0.01 },
  check({ weight, baseline }) {
    requireOption(weight > 0 && weight <= 1, `weight must be in (0, 1], got ${weight}`)
    requireOption(baseline > 0 && baseline <= 1, `baseline must be in (0, 1], got ${baseline}`)
  },
  size: () => 4,
  step(memory, { weight, baseline }, { input }, out) {
    const n = memory[COUNT] as number
    const mean = n ? (memory[MEAN] as number) : input
    const deviation = Math.sqrt(memory[VARIANCE] as number)
    const average = n ? (memory[AVERAGE] as number) + weight * (input - (memory[AVERAGE] as number)) : input
    // Variance of a weighted average of n + 1 independent values.
    const share = (weight / (2 - weight)) * (1 - (1 - weight) ** (2 * (n + 1)))
    const limit = deviation * Math.sqrt(share)
    judgeNothing(out, mean)
    if (n >= WARM_UP) {
      // The band is in terms of the value: what it would take to pull the average out of its limits.
      const carried = average - weight * input
      out.lower = (mean - BAND * limit - carried) / weight
      out.upper = (mean + BAND * limit - carried) / weight
      out.score = scoreOf(limit > 0 ? normalSurprise((average - mean) / limit) : average === mean ? 0 : 6)
    }
    const learned = n >= WARM_UP ? believable(input, mean, deviation) : input
    const gain = Math.max(baseline, 1 / (n + 1))
    memory[COUNT] = n + 1
    memory[AVERAGE] = average
    memory[MEAN] = mean + gain * (learned - mean)
    memory[VARIANCE] = (1 - gain) * ((memory[VARIANCE] as number) + gain * (learned - mean) ** 2)
  },
}
