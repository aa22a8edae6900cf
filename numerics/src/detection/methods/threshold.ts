import { judgeNothing } from '../band.ts'
import { type Method, requireOption, UNBOUNDED } from '../face.ts'
import { TAIL_SIZE, tailLevel, tailSurprise } from '../rising-tail.ts'
import { scoreOf } from '../surprise.ts'

export interface StaticOptions {
  lower: number
  upper: number
}

/** Limits somebody set. Outside, the score grows from ½ with the distance, measured by the width between the limits. */
export const STATIC_THRESHOLD: Method<StaticOptions> = {
  name: 'static-threshold',
  defaults: { lower: -UNBOUNDED, upper: UNBOUNDED },
  check({ lower, upper }) {
    requireOption(lower <= upper, `lower must not exceed upper, got ${lower} and ${upper}`)
  },
  size: () => 1,
  step(_memory, { lower, upper }, { input }, out) {
    const bounded = lower > -UNBOUNDED && upper < UNBOUNDED
    const unit = (bounded ? upper - lower : Math.abs(lower > -UNBOUNDED ? lower : upper)) || 1
    const beyond = Math.max(lower - input, input - upper, 0)
    out.expected = bounded ? lower + (upper - lower) / 2 : Math.min(Math.max(input, lower), upper)
    out.lower = lower
    out.upper = upper
    out.score = beyond > 0 ? scoreOf(3 + (3 * beyond) / unit) : 0
  },
}

export interface DynamicOptions {
  /** Points that leave the band by chance: one in this many. */
  oneIn: number
}

const UPPER = 2
const LOWER = UPPER + TAIL_SIZE

/** Limits that follow the data: peaks over threshold on either side (in the manner of SPOT, Siffer et al. 2017). */
export const DYNAMIC_THRESHOLD: Method<DynamicOptions> = {
  name: 'dynamic-threshold',
  defaults: { oneIn: 1000 },
  check({ oneIn }) {
    requireOption(oneIn >= 100, `oneIn must be at least 100, got ${oneIn}`)
  },
  size: () => LOWER + TAIL_SIZE,
  step(memory, { oneIn }, { input }, out) {
    const n = memory[0] as number
    const mean = n ? (memory[1] as number) : input
    judgeNothing(out, mean)
    const surprise = Math.log10(oneIn)
    const upper = tailLevel(memory, UPPER, surprise)
    const lower = tailLevel(memory, LOWER, surprise)
    if (upper !== undefined && lower !== undefined) {
      out.upper = upper
      out.lower = -lower
    }
    const beyond = Math.max(tailSurprise(memory, UPPER, input), tailSurprise(memory, LOWER, -input))
    // The score is ½ at the band's edge, whatever rarity was asked for.
    out.score = scoreOf((3 * Math.max(0, beyond)) / surprise)
    memory[0] = n + 1
    memory[1] = mean + Math.max(0.01, 1 / (n + 1)) * (input - mean)
  },
}
