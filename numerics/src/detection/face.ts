/** What a detector answers for one point. Never NaN. */
export interface Judgement {
  /** 0 = nothing unusual … 1. Comparable between methods: see `scoreOf`. */
  score: number
  expected: number
  /** The band in which ordinary values lie; ±Number.MAX_VALUE while nothing can be said. */
  lower: number
  upper: number
}

/** What the caller knows of a moment and arithmetic cannot: both matter only to methods that look at the calendar. */
export interface Circumstances {
  /** Minutes the local clock is ahead of UTC at this moment (summer time included). */
  offset?: number
  /** Class of the day: 0 ordinary, 1…15 whatever the caller distinguishes (holiday, sale, stocktaking). */
  kind?: number
}

/**
 * One series being watched. Times are UTC milliseconds and may be irregular.
 * - A value that is not finite is a missing one: nothing is learned, the answer is the last band with score 0 (only
 *   `heartbeat` judges the silence itself).
 * - A repeated or earlier time is not learned again: the answer is the last band with score 0. Delivery is at-least-once,
 *   so the same point must not count twice.
 * - Magnitudes above 1e60 count as 1e60, so that squares and fourth powers stay finite.
 * - A time that is not finite is a caller's mistake: RangeError.
 */
export interface Detector<Input = number> {
  readonly method: string
  update(time: number, input: Input, circumstances?: Circumstances): Judgement
  /** Everything it knows; `restoreDetector` continues from it bit for bit. */
  save(): Uint8Array
}

export interface Point<Input> {
  time: number
  input: Input
  /** Observed time before this one; equal to `time` for the first point. */
  previous: number
  offset: number
  kind: number
}

/**
 * A way of judging. All it may remember between points is one array of doubles: that bounds the memory, and saving is copying.
 * `step` judges the point by what was known before it, then learns from it.
 */
export interface Method<Options extends object, Input = number> {
  readonly name: string
  readonly defaults: Options
  /** Throws RangeError naming the option that cannot be. */
  check?(options: Options): void
  /** Doubles of memory. */
  size(options: Options): number
  /** Sets up a fresh memory (all zeros). */
  begin?(memory: Float64Array, options: Options): void
  /** The input as the method takes it, or undefined for a missing one. Absent: a number. */
  read?(input: Input, options: Options): Input | undefined
  step(memory: Float64Array, options: Options, point: Point<Input>, out: Judgement): void
  /** Judges the absence of a value at this time; nothing may be learned. */
  missing?(memory: Float64Array, options: Options, point: Point<Input>, out: Judgement): void
}

export const UNBOUNDED = Number.MAX_VALUE
const LARGEST = 1e60

export function clip(value: number): number {
  return Math.min(Math.max(value, -LARGEST), LARGEST)
}

/** Several numbers at one moment; missing when any of them is. */
export function readVector(input: ArrayLike<number>, length: number): Float64Array | undefined {
  if (input.length !== length) throw new RangeError(`expected ${length} values a point, got ${input.length}`)
  const values = Float64Array.from(input, clip)
  return values.every(Number.isFinite) ? values : undefined
}

export function requireOption(holds: boolean, rule: string): void {
  if (!holds) throw new RangeError(rule)
}
