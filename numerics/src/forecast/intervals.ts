import { normalQuantile, studentT } from '../distributions/index.ts'
import type { Interval } from './accuracy.ts'
import type { Backtest } from './backtest.ts'

/**
 * conformal: the scaled errors of the backtest as they were · model: what the models claim, normal · blended: the backtest's
 * spread with the tails half as they were, half as Student's t for so few origins would have them.
 */
export type IntervalKind = 'blended' | 'conformal' | 'model'

export interface IntervalSource {
  readonly values: Float64Array
  readonly mean: Float64Array
  readonly past: Backtest | undefined
  /** Standard error per step that the models claim. */
  readonly deviations: Float64Array
}

export function intervalsOf(source: IntervalSource, levels: readonly number[], kind: IntervalKind): Interval[] {
  const { mean, past, deviations } = source
  if (kind === 'model' || !past || past.origins.length === 0)
    return levels.map((level) =>
      around(mean, level, (h) => normalQuantile((1 + level) / 2) * (deviations[h] as number)),
    )
  const spread = spreadOf(source, past)
  const degrees = past.origins.length + PRIOR - 1
  return levels.map((level) => {
    const conformal = quantile(spread.scaled, level)
    const student = studentT(degrees).quantile((1 + level) / 2)
    const reach = OPTIMISM * (kind === 'conformal' ? conformal : (conformal + student) / 2)
    return around(mean, level, (h) => reach * (spread.ahead[h] as number))
  })
}

function around(mean: Float64Array, level: number, width: (h: number) => number): Interval {
  return {
    level,
    lower: mean.map((value, h) => value - width(h)),
    upper: mean.map((value, h) => value + width(h)),
  }
}

/** Members chosen and weighed by these very errors look a little better in them than they are. */
const OPTIMISM = 1.06

/** The models' claim counts as this many origins. */
const PRIOR = 1

/** Restlessness comes and goes: the errors of the oldest origin weigh e^−1 of the newest's. */
const FORGETTING = 1

interface Spread {
  /** Expected size of the error at each step ahead. */
  readonly ahead: Float64Array
  /** Absolute errors of the backtest in units of their expected size, ascending. */
  readonly scaled: Float64Array
}

/** Size of the backtest's errors by step, smoothed over neighbouring steps; errors grow with the forecast where they did. */
function spreadOf({ values, mean, deviations }: IntervalSource, past: Backtest): Spread {
  const factor = sizeFactor(values)
  const horizon = mean.length
  const squares = new Float64Array(horizon)
  const counts = new Float64Array(horizon)
  const errors: { h: number; size: number }[] = []
  const latest = past.origins.length - 1
  past.origins.forEach((at, k) => {
    const weight = Math.exp((-FORGETTING * (latest - k)) / past.origins.length)
    past.forecasts[k]?.forEach((forecast, h) => {
      const size = Math.abs((values[at + h] as number) - forecast) / factor(forecast)
      squares[h] = (squares[h] as number) + weight * size * size
      counts[h] = (counts[h] as number) + weight
      errors.push({ h, size })
    })
  })
  const typical = smoothed(
    squares,
    counts,
    deviations.map((d, h) => d / factor(mean[h] as number)),
  )
  const scaled = Float64Array.from(errors, ({ h, size }) => {
    const expected = typical[h] as number
    return expected > 0 ? size / expected : 0
  }).sort()
  return { ahead: typical.map((size, h) => size * factor(mean[h] as number)), scaled }
}

/** Errors of positive quantities grow with their size: a night differs by less than a noon. */
function sizeFactor(values: Float64Array): (forecast: number) => number {
  if (!values.every((value) => value > 0)) return () => 1
  let level = 0
  for (const value of values) level += value / values.length
  return (forecast) => Math.max(0.05, Math.abs(forecast) / level) ** GAMMA
}

/** Less than in proportion: a forecast far above the history would otherwise claim an error as far beyond its experience. */
const GAMMA = 0.75

function smoothed(squares: Float64Array, counts: Float64Array, claimed: Float64Array): Float64Array {
  const width = Math.max(0.5, squares.length / 6)
  // far horizons have steps that no past forecast reached
  const seen = Array.from(counts.keys()).filter((j) => (counts[j] as number) > 0)
  return squares.map((_, h) => {
    let sum = PRIOR * (claimed[h] as number) ** 2
    let total = PRIOR
    for (const j of seen) {
      const weight = Math.exp(-0.5 * ((j - h) / width) ** 2)
      sum += weight * (squares[j] as number)
      total += weight * (counts[j] as number)
    }
    return Math.sqrt(sum / total)
  })
}

/** Conformal rank: the value that at least `level` of one more draw would stay below. */
function quantile(sorted: Float64Array, level: number): number {
  const rank = Math.ceil((sorted.length + 1) * level) - 1
  return sorted[Math.min(sorted.length - 1, Math.max(0, rank))] ?? 0
}
