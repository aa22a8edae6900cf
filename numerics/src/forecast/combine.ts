import type { Backtest } from './backtest.ts'
import type { Fitted } from './model.ts'

/** A method that was tried on the series. */
export interface Member {
  readonly name: string
  readonly model: Fitted
  /** Undefined when the history was too short for a backtest. */
  readonly past: Backtest | undefined
  /** Error in the backtest; NaN without one. */
  readonly error: number
}

export interface Combination {
  readonly members: readonly Member[]
  /** One per member, summing to 1: shares in the weighted mean. */
  readonly weights: Float64Array
  readonly dropped: readonly Member[]
}

/** A method whose past error is this many times the best one's has not understood the series. */
const HOPELESS = 2

/** Keeps the methods that were not hopeless in the backtest and weighs them by the inverse square of their error. */
export function combination(tried: readonly Member[]): Combination {
  const errors = tried.map(({ error }) => error).filter((error) => !Number.isNaN(error))
  const best = Math.min(...errors)
  const kept = errors.length === 0 ? tried : tried.filter(({ error }) => error <= HOPELESS * best)
  // without errors (no backtest, or a perfect one) the members count alike
  const raw = kept.map(({ error }) => (best > 0 && best < Number.POSITIVE_INFINITY ? (best / error) ** 2 : 1))
  const total = raw.reduce((sum, weight) => sum + weight, 0)
  return {
    members: kept,
    weights: Float64Array.from(raw, (weight) => weight / total),
    dropped: tried.filter((member) => !kept.includes(member)),
  }
}

/** One that leaves the others by this many of their typical distances has run away; it counts only as far as this. */
const FAR_OUT = 10

/**
 * Half median, half error-weighted mean of the members: the median shrugs at one that runs away, the weights listen to the
 * backtest, and neither alone is as steady.
 */
export function combined({ members, weights }: Combination, ahead: (member: Member) => Float64Array): Float64Array {
  const all = members.map(ahead)
  const first = all[0]
  if (!first) return new Float64Array(0)
  return first.map((_, h) => {
    const values = all.map((one) => one[h] as number)
    const middle = medianOf(values)
    const reach =
      values.length > 2 ? FAR_OUT * medianOf(values.map((value) => Math.abs(value - middle))) : Number.MAX_VALUE
    const mean = values.reduce((sum, value, k) => {
      const inside = Math.max(middle - reach, Math.min(middle + reach, value))
      return sum + inside * (weights[k] as number)
    }, 0)
    return (middle + mean) / 2
  })
}

export function combinedPast(own: Combination, origins: readonly number[]): Backtest {
  const forecasts = origins.map((_, k) => combined(own, ({ past }) => past?.forecasts[k] as Float64Array))
  return { origins, forecasts }
}

/** Median over the members of the standard error each claims. */
export function combinedDeviations({ members }: Combination, horizon: number): Float64Array {
  const all = members.map(({ model }) => model.deviations(horizon))
  return Float64Array.from({ length: horizon }, (_, h) => medianOf(all.map((one) => one[h] as number)))
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const high = sorted[middle] ?? 0
  return sorted.length % 2 ? high : ((sorted[middle - 1] ?? high) + high) / 2
}
