import { judgeNothing } from '../band.ts'
import { type Judgement, type Method, requireOption } from '../face.ts'
import { scoreOf } from '../surprise.ts'

export interface FlatLineOptions {
  /** Values this near to each other, as a share of the usual step, are the same. */
  tolerance: number
}

/**
 * A sensor that is stuck: the same value again and again where it usually changes. How surprising a run is follows from how often
 * neighbours were equal before, and no run shorter than twice the longest harmless one is an alarm.
 */
export const FLAT_LINE: Method<FlatLineOptions> = {
  name: 'flat-line',
  defaults: { tolerance: 1e-6 },
  check({ tolerance }) {
    requireOption(tolerance >= 0 && tolerance < 1, `tolerance must be in [0, 1), got ${tolerance}`)
  },
  // [points, last value, usual step, run, share of equal neighbours, longest run]
  size: () => 6,
  step(memory, { tolerance }, { input }, out) {
    const n = memory[0] as number
    const last = n ? (memory[1] as number) : input
    const move = Math.abs(input - last)
    const usual = memory[2] as number
    const same = n > 0 && move <= tolerance * usual
    const ended = memory[3] as number
    const run = same ? ended + 1 : 0
    const share = memory[4] as number
    judgeNothing(out, last)
    memory[0] = n + 1
    memory[1] = input
    memory[3] = run
    if (n === 0) return
    const longest = memory[5] as number
    // An equal neighbour once in so many, one more than seen so far: never a probability of 0 from a short past.
    const chance = Math.min(1, share + 1 / (n + 2))
    if (n >= 20 && run >= 3 && run > 2 * longest) out.score = scoreOf(-(run - longest) * Math.log10(chance))
    memory[4] = share + Math.max(0.001, 1 / n) * (Number(same) - share)
    memory[2] = usual + Math.max(0.005, 1 / n) * (move - usual)
    // A run is known to be harmless once it has ended.
    memory[5] = same ? longest : Math.max(longest * 0.999, ended)
  },
}

export interface HeartbeatOptions {
  /** Usual milliseconds between points; 0 = learned. */
  interval: number
}

/**
 * Nothing has come for too long. Call `update` with NaN at the time of asking; the score follows from the silences before. Answers are in
 * milliseconds since the last point: expected, and the longest that is still ordinary.
 */
export const HEARTBEAT: Method<HeartbeatOptions> = {
  name: 'heartbeat',
  defaults: { interval: 0 },
  check({ interval }) {
    requireOption(interval >= 0 && Number.isFinite(interval), `interval must be at least 0, got ${interval}`)
  },
  // [points, usual interval, its mean absolute error]
  size: () => 3,
  step(memory, { interval }, { time, previous }, out) {
    const n = memory[0] as number
    const gap = time - previous
    judgeSilence(memory, interval, gap, out)
    memory[0] = n + 1
    if (n === 0) return
    const mean = n > 1 ? (memory[1] as number) : gap
    const error = Math.abs(gap - mean)
    const usual = memory[2] as number
    const bounded = n > 10 ? Math.min(error, 5 * (usual || mean)) : error
    const gain = Math.max(0.01, 1 / n)
    memory[1] = mean + gain * Math.sign(gap - mean) * bounded
    memory[2] = usual + gain * (bounded - usual)
  },
  missing(memory, { interval }, { time, previous }, out) {
    judgeSilence(memory, interval, time - previous, out)
  },
}

function judgeSilence(memory: Float64Array, interval: number, silence: number, out: Judgement): void {
  const mean = interval || (memory[1] as number)
  judgeNothing(out, mean)
  if ((memory[0] as number) < 5 || !(mean > 0)) return
  // Silence of a steady source ends like an exponential law: from the usual interval on, in units of half of it or its own jitter.
  const unit = Math.max(mean / 2, memory[2] as number)
  out.lower = 0
  out.upper = mean + 3 * Math.LN10 * (unit / 3)
  out.score = scoreOf((3 * Math.max(0, silence - mean)) / (unit * Math.LN10))
}
