import { believable, judgeNothing } from '../band.ts'
import { type Judgement, type Method, requireOption } from '../face.ts'
import { scoreOf } from '../surprise.ts'

export interface CusumOptions {
  /** Shift, in standard deviations, half of which is forgiven at each point. */
  shift: number
  /** Sum, in standard deviations, at which the score is ½. */
  limit: number
  /** Weight of the newest point in the long-run mean and variance. */
  baseline: number
}

const COUNT = 0
const MEAN = 1
const VARIANCE = 2
const UP = 3
const DOWN = 4
const LOWEST = 5
const HIGHEST = 6
const WARM_UP = 20

const BASE = {
  check({ shift, limit, baseline }: CusumOptions): void {
    requireOption(shift > 0, `shift must be above 0, got ${shift}`)
    requireOption(limit > 0, `limit must be above 0, got ${limit}`)
    requireOption(baseline > 0 && baseline <= 1, `baseline must be in (0, 1], got ${baseline}`)
  },
  size: () => 7,
}

/** Page's cumulative sums, both ways: a lasting small shift adds up, noise cancels. */
export const CUSUM: Method<CusumOptions> = {
  ...BASE,
  name: 'cusum',
  // Limit 5 at half a deviation of slack: a false alarm about every 465 points a side (Hawkins and Olwell 1998).
  defaults: { shift: 1, limit: 5, baseline: 0.002 },
  step(memory, options, { input }, out) {
    const z = standardise(memory, options, input, out)
    if (z === undefined) return
    const slack = options.shift / 2
    const up = Math.max(0, (memory[UP] as number) + z - slack)
    const down = Math.max(0, (memory[DOWN] as number) - z - slack)
    memory[UP] = Math.min(up, 10 * options.limit)
    memory[DOWN] = Math.min(down, 10 * options.limit)
    out.score = scoreOf((3 * Math.max(up, down)) / options.limit)
  },
}

/** Page–Hinkley: the cumulative deviation against its own lowest (highest) point so far. */
export const PAGE_HINKLEY: Method<CusumOptions> = {
  ...BASE,
  name: 'page-hinkley',
  defaults: { shift: 0.2, limit: 25, baseline: 0.002 },
  step(memory, options, { input }, out) {
    const z = standardise(memory, options, input, out)
    if (z === undefined) return
    const slack = options.shift / 2
    const up = (memory[UP] as number) + z - slack
    const down = (memory[DOWN] as number) + z + slack
    const lowest = Math.min(memory[LOWEST] as number, up)
    const highest = Math.max(memory[HIGHEST] as number, down)
    const distance = Math.max(up - lowest, highest - down)
    // Sums are kept relative to their extremes, so that they cannot grow without end.
    memory[UP] = Math.min(up - lowest, 10 * options.limit)
    memory[DOWN] = Math.max(down - highest, -10 * options.limit)
    memory[LOWEST] = 0
    memory[HIGHEST] = 0
    out.score = scoreOf((3 * distance) / options.limit)
  },
}

/** The value in standard deviations from the slow mean; also sets the band and learns. Undefined while warming up. */
function standardise(memory: Float64Array, options: CusumOptions, value: number, out: Judgement): number | undefined {
  const n = memory[COUNT] as number
  const mean = n ? (memory[MEAN] as number) : value
  const deviation = Math.sqrt(memory[VARIANCE] as number)
  const learned = n >= WARM_UP ? believable(value, mean, deviation) : value
  const gain = Math.max(options.baseline, 1 / (n + 1))
  memory[COUNT] = n + 1
  memory[MEAN] = mean + gain * (learned - mean)
  memory[VARIANCE] = (1 - gain) * ((memory[VARIANCE] as number) + gain * (learned - mean) ** 2)
  judgeNothing(out, mean)
  if (n < WARM_UP) return undefined
  const slack = options.shift / 2
  out.lower = mean - (options.limit - (memory[DOWN] as number) + slack) * deviation
  out.upper = mean + (options.limit - (memory[UP] as number) + slack) * deviation
  if (out.lower > out.upper) out.lower = out.upper = mean
  if (deviation > 0) return Math.min(Math.max((value - mean) / deviation, -1e6), 1e6)
  return value === mean ? 0 : Math.sign(value - mean) * 2 * options.limit
}
