import { quantileSorted, sorted } from './order.ts'

/** The upper tail of a sample above `threshold` as a generalised Pareto law (peaks over threshold). */
export interface Tail {
  threshold: number
  /** ξ: 0 exponential, above 0 heavier (a power law), below 0 bounded. */
  shape: number
  scale: number
  /** Share of the sample above the threshold. */
  exceedance: number
}

/**
 * Fits the excesses over the `level` quantile by maximum likelihood in the one-dimensional form of Grimshaw (1993), found by
 * golden section over the shape's own parameter θ = −ξ/σ; falls back to the exponential law where there are too few peaks.
 */
export function fitTail(values: ArrayLike<number>, level = 0.98): Tail | undefined {
  const ascending = sorted(values)
  const threshold = quantileSorted(ascending, level)
  if (threshold === undefined) return undefined
  const excesses = ascending.filter((value) => value > threshold).map((value) => value - threshold)
  const exceedance = excesses.length / ascending.length
  const { shape, scale } = fitExcesses(excesses)
  return { threshold, shape, scale, exceedance }
}

/** Shape and scale of positive excesses. */
export function fitExcesses(excesses: ArrayLike<number>): { shape: number; scale: number } {
  const n = excesses.length
  let sum = 0
  let largest = 0
  for (let i = 0; i < n; i++) {
    sum += excesses[i] as number
    largest = Math.max(largest, excesses[i] as number)
  }
  const mean = n ? sum / n : 0
  if (n < 10 || !(mean > 0) || !Number.isFinite(mean)) return { shape: 0, scale: mean }
  const profile = (theta: number) => profileLikelihood(excesses, theta)
  // θ below 1/max keeps every term defined; far below 0 the law is heavier than anything seen in practice (ξ ≈ 2).
  const upper = (1 / largest) * (1 - 1e-6)
  const lower = (-40 / mean) * 1
  const theta = maximise(profile, lower, upper)
  if (Math.abs(theta * mean) < 1e-6 || profile(theta) <= profile(1e-9 / mean)) return { shape: 0, scale: mean }
  const shape = shapeAt(excesses, theta)
  // Below −½ the likelihood is unbounded and the estimate means nothing: a bounded sample is called exponential instead.
  return shape < -0.5 ? { shape: 0, scale: mean } : { shape, scale: -shape / theta }
}

/** P(X > x) of the whole sample's law; 1 below the threshold counts as the exceedance rate, never 0 for a finite x. */
export function tailProbability(tail: Tail, x: number): number {
  const excess = x - tail.threshold
  if (!(excess > 0) || !(tail.scale > 0)) return excess > 0 ? Number.MIN_VALUE : tail.exceedance
  if (Math.abs(tail.shape) < 1e-9) return Math.max(Number.MIN_VALUE, tail.exceedance * Math.exp(-excess / tail.scale))
  const base = 1 + (tail.shape * excess) / tail.scale
  return base <= 0 ? Number.MIN_VALUE : Math.max(Number.MIN_VALUE, tail.exceedance * base ** (-1 / tail.shape))
}

/** The value that is exceeded with the given probability (at most the exceedance rate). */
export function tailQuantile(tail: Tail, probability: number): number {
  const ratio = Math.min(1, probability / Math.max(tail.exceedance, Number.MIN_VALUE))
  if (Math.abs(tail.shape) < 1e-9) return tail.threshold - tail.scale * Math.log(ratio)
  return tail.threshold + (tail.scale / tail.shape) * (ratio ** -tail.shape - 1)
}

const shapeAt = (excesses: ArrayLike<number>, theta: number) => {
  let sum = 0
  for (let i = 0; i < excesses.length; i++) sum += Math.log1p(-theta * (excesses[i] as number))
  return sum / excesses.length
}

/** Mean log-likelihood with the scale profiled out. */
function profileLikelihood(excesses: ArrayLike<number>, theta: number): number {
  const shape = shapeAt(excesses, theta)
  const scale = -shape / theta
  return scale > 0 ? -Math.log(scale) - shape - 1 : Number.NEGATIVE_INFINITY
}

/** A grid, then golden section around its best point: the profile can have a second hill near the upper end. */
function maximise(f: (x: number) => number, from: number, to: number): number {
  const at = (i: number) => from + ((to - from) * i) / 400
  let best = 0
  for (let i = 1; i <= 400; i++) if (f(at(i)) > f(at(best))) best = i
  let low = at(Math.max(0, best - 1))
  let high = at(Math.min(400, best + 1))
  const ratio = (Math.sqrt(5) - 1) / 2
  for (let i = 0; i < 60; i++) {
    const a = high - ratio * (high - low)
    const b = low + ratio * (high - low)
    if (f(a) > f(b)) high = b
    else low = a
  }
  return (low + high) / 2
}
