// Peaks over threshold on a stream: how rare is a value this large among those seen? An exponential law above a threshold
// that keeps a fixed share of the values above it. O(1) a value.

/** Values looked at before the first answer; the threshold and the law are read off them. */
export const TAIL_WARM_UP = 200
/** Share of values kept above the threshold. */
const SHARE = 0.02
const SURPRISE_AT_THRESHOLD = -Math.log10(SHARE)
/** Peaks after which old ones fade. */
const FADE = 1 / 500
/** A peak counts at most this many mean excesses, so that one outage does not hide the next. */
const LARGEST_PEAK = 20

const COUNT = 0
const THRESHOLD = 1
const MEAN_EXCESS = 2
const PEAKS = 3
const STEP = 4
const FIRST = 5
export const TAIL_SIZE = FIRST + TAIL_WARM_UP

/** Nothing is rarer than this; without an end, one absurd value would outshout everything after it. */
const LARGEST_SURPRISE = 300

/**
 * Surprise of `value` by the values before it: 0 for those under the threshold, −1 while there are too few. `narrowest` is the
 * least mean excess to believe: values that were all alike say nothing of how a different one is to be taken.
 */
export function tailSurprise(memory: Float64Array, at: number, value: number, narrowest = 0): number {
  const count = memory[at + COUNT] as number
  if (count < TAIL_WARM_UP) {
    memory[at + FIRST + count] = value
    memory[at + COUNT] = count + 1
    if (count + 1 === TAIL_WARM_UP) readOff(memory, at)
    return -1
  }
  const threshold = memory[at + THRESHOLD] as number
  const step = memory[at + STEP] as number
  const excess = value - threshold
  if (!(excess > 0)) {
    memory[at + THRESHOLD] = threshold - SHARE * step
    return 0
  }
  const mean = memory[at + MEAN_EXCESS] as number
  const peaks = memory[at + PEAKS] as number
  const peak = Math.min(excess, LARGEST_PEAK * mean)
  memory[at + THRESHOLD] = threshold + (1 - SHARE) * step
  memory[at + MEAN_EXCESS] = mean + Math.max(1 / (peaks + 1), FADE) * (peak - mean)
  memory[at + PEAKS] = peaks + 1
  return Math.min(LARGEST_SURPRISE, SURPRISE_AT_THRESHOLD + excess / Math.max(mean, narrowest) / Math.LN10)
}

/** The value exceeded with this surprise (≥ that of the threshold); undefined while there are too few values. */
export function tailLevel(memory: Float64Array, at: number, surprise: number): number | undefined {
  if ((memory[at + COUNT] as number) < TAIL_WARM_UP) return undefined
  const beyond = (surprise - SURPRISE_AT_THRESHOLD) * Math.LN10
  return (memory[at + THRESHOLD] as number) + beyond * (memory[at + MEAN_EXCESS] as number)
}

function readOff(memory: Float64Array, at: number): void {
  const first = memory.slice(at + FIRST, at + TAIL_SIZE).sort()
  const rank = (share: number) => first[Math.floor(share * TAIL_WARM_UP)] as number
  const threshold = rank(1 - SHARE)
  const peaks = first.filter((value) => value > threshold)
  const spread = rank(0.75) - rank(0.25) || Math.abs(threshold) / 100 || Number.MIN_VALUE
  const mean = peaks.reduce((sum, value) => sum + (value - threshold), 0) / Math.max(1, peaks.length)
  memory[at + THRESHOLD] = threshold
  memory[at + MEAN_EXCESS] = mean > 0 ? mean : spread / 10
  memory[at + PEAKS] = Math.max(1, peaks.length)
  memory[at + STEP] = spread / 10
  // The first values have served; zeros make the snapshot small.
  memory.fill(0, at + FIRST, at + TAIL_SIZE)
}
