import {
  beginRunLengths,
  changePoints,
  type RunLengthOptions,
  runLengthSize,
  updateRunLengths,
} from '../../changepoints/index.ts'
import { BAND, believable, judgeNothing } from '../band.ts'
import { type Method, requireOption } from '../face.ts'
import { pushRing, ringCount, ringSize, ringValues } from '../ring.ts'
import { scoreOf } from '../surprise.ts'

export interface RunLengthDetectorOptions {
  /** Points expected between two changes. */
  expectedRun: number
  /** Longest run that is told apart. */
  longest: number
}

const WARM_UP = 20
const CENTRE = 1
const SPREAD = 2
const FIRST = 3

/** Bayesian online change points: the score is how sure it is that a new run has just begun. */
export const RUN_LENGTH: Method<RunLengthDetectorOptions> = {
  name: 'run-length',
  defaults: { expectedRun: 250, longest: 300 },
  check({ expectedRun, longest }) {
    requireOption(expectedRun > 1, `expectedRun must be above 1, got ${expectedRun}`)
    requireOption(
      Number.isInteger(longest) && longest >= 20,
      `longest must be a whole number of at least 20, got ${longest}`,
    )
  },
  size: (options) => FIRST + WARM_UP + runLengthSize({ ...options, centre: 0, spread: 1 }),
  step(memory, options, { input }, out) {
    const n = memory[0] as number
    memory[0] = n + 1
    judgeNothing(out, input)
    if (n < WARM_UP) {
      memory[FIRST + n] = input
      if (n + 1 === WARM_UP) start(memory, options)
      return
    }
    const runs = memory.subarray(FIRST + WARM_UP)
    const found = updateRunLengths(runs, prior(memory, options), input)
    out.expected = found.expected
    out.lower = found.expected - BAND * found.scale
    out.upper = found.expected + BAND * found.scale
    // The first ten points after the start are young of themselves.
    if (n >= WARM_UP + 20) out.score = scoreOf(-Math.log10(Math.max(1e-12, 1 - found.young)))
  },
}

function prior(memory: Float64Array, options: RunLengthDetectorOptions): RunLengthOptions {
  return { ...options, centre: memory[CENTRE] as number, spread: memory[SPREAD] as number }
}

/** Centre and spread of the first points, which are then played as the first run. */
function start(memory: Float64Array, options: RunLengthDetectorOptions): void {
  const first = memory.slice(FIRST, FIRST + WARM_UP)
  const mean = first.reduce((sum, value) => sum + value / WARM_UP, 0)
  memory[CENTRE] = mean
  memory[SPREAD] =
    Math.sqrt(first.reduce((sum, value) => sum + (value - mean) ** 2 / WARM_UP, 0)) || Math.abs(mean) / 1000 || 1
  const runs = memory.subarray(FIRST + WARM_UP)
  beginRunLengths(runs, prior(memory, options))
  for (const value of first) updateRunLengths(runs, prior(memory, options), value)
}

export interface SegmentationOptions {
  /** Points looked back on. */
  window: number
  /** The segmentation is made anew every so many points. */
  every: number
}

const RING = 5

/** Change points by exact segmentation (PELT) of the last points: scores once, when a change is first seen near the end. */
export const SEGMENTATION: Method<SegmentationOptions> = {
  name: 'segmentation',
  defaults: { window: 200, every: 5 },
  check({ window, every }) {
    requireOption(
      Number.isInteger(window) && window >= 30,
      `window must be a whole number of at least 30, got ${window}`,
    )
    requireOption(Number.isInteger(every) && every >= 1, `every must be a whole number of at least 1, got ${every}`)
  },
  size: ({ window }) => RING + ringSize(window),
  // [points, position of the last change told, mean and variance since then, points since then]
  step(memory, { window, every }, { input }, out) {
    const n = memory[0] as number
    const mean = memory[4] ? (memory[2] as number) : input
    const deviation = Math.sqrt(memory[3] as number)
    judgeNothing(out, mean)
    if ((memory[4] as number) >= 10) {
      out.lower = mean - BAND * deviation
      out.upper = mean + BAND * deviation
    }
    pushRing(memory, RING, window, input)
    memory[0] = n + 1
    follow(memory, (memory[4] as number) >= 10 ? believable(input, mean, deviation) : input)
    const count = ringCount(memory, RING)
    if (count < 30 || n % every !== 0) return
    const last = changePoints(ringValues(memory, RING, window), { minimum: 5 }).at(-1)
    const position = last === undefined ? 0 : n + 1 - count + last
    if (position <= (memory[1] as number) + 5 || n - position > 30) return
    memory[1] = position
    memory[4] = 0
    out.score = 0.75
  },
}

function follow(memory: Float64Array, value: number): void {
  const seen = memory[4] as number
  const mean = seen ? (memory[2] as number) : value
  const gain = Math.max(0.01, 1 / (seen + 1))
  memory[2] = mean + gain * (value - mean)
  memory[3] = seen ? (1 - gain) * ((memory[3] as number) + gain * (value - mean) ** 2) : 0
  memory[4] = seen + 1
}
