import type { Method } from './face.ts'
import { requireOption } from './face.ts'
import { TAIL_SIZE, tailSurprise } from './rising-tail.ts'
import { normalSurprise, scoreOf } from './surprise.ts'

// A detector's own score says little of how often it is reached on this series. Both calibrations answer that, so that scores of different
// methods and series can share one threshold.

/** Ranks each score among those before (peaks over threshold): ½ = one point in a thousand scores so high here. */
export function calibratedByPeaks<Options extends object, Input>(
  method: Method<Options, Input>,
): Method<Options, Input> {
  return {
    ...method,
    name: `${method.name}+peaks`,
    size: (options) => method.size(options) + TAIL_SIZE,
    step(memory, options, point, out) {
      const own = method.size(options)
      method.step(memory.subarray(0, own), options, point, out)
      out.score = scoreOf(Math.max(0, tailSurprise(memory, own, out.score, 0.005)))
    },
  }
}

export interface LikelihoodOptions {
  /** Points whose scores are averaged and then judged. */
  short: number
  /** Points of memory for what scores usually are. */
  long: number
}

const LIKELIHOOD: LikelihoodOptions = { short: 10, long: 2000 }
const WARM_UP = 100

/**
 * Anomaly likelihood (Lavin and Ahmad 2015; Ahmad et al. 2017): a short average of the scores against their own usual mean and spread. A noisy
 * series has many high scores, and only more of them than usual are news.
 */
export function calibratedByLikelihood<Options extends object, Input>(
  method: Method<Options, Input>,
  { short, long }: LikelihoodOptions = LIKELIHOOD,
): Method<Options, Input> {
  requireOption(short >= 1 && long > short, `short must be at least 1 and long above it, got ${short} and ${long}`)
  return {
    ...method,
    name: `${method.name}+likelihood-${short}-${long}`,
    // [scores, short average, mean and variance of the short average]
    size: (options) => method.size(options) + 4,
    step(memory, options, point, out) {
      const own = method.size(options)
      method.step(memory.subarray(0, own), options, point, out)
      out.score = likelihood(memory, own, out.score, { short, long })
    },
  }
}

function likelihood(memory: Float64Array, at: number, score: number, { short, long }: LikelihoodOptions): number {
  const n = memory[at] as number
  const average = (memory[at + 1] as number) + (score - (memory[at + 1] as number)) / Math.min(short, n + 1)
  const mean = memory[at + 2] as number
  const variance = memory[at + 3] as number
  const gain = 1 / Math.min(long, n + 1)
  memory[at] = n + 1
  memory[at + 1] = average
  memory[at + 2] = mean + gain * (average - mean)
  memory[at + 3] = (1 - gain) * (variance + gain * (average - mean) ** 2)
  if (n < WARM_UP || average <= mean) return 0
  // A detector that has never scored has no spread; a hundredth keeps its first word from being infinite.
  return scoreOf(normalSurprise((average - mean) / Math.max(Math.sqrt(variance), 0.01)))
}
