import type { Random } from '../random/index.ts'

/** One random quantity. `upper(x)` is P(X > x) without the rounding of 1 − cdf(x). */
export interface Distribution {
  mean: number
  variance: number
  /** Density, or the probability of exactly `x` for counts. */
  pdf(x: number): number
  cdf(x: number): number
  upper(x: number): number
  /** Smallest x with cdf(x) ≥ p. */
  quantile(p: number): number
  sample(random: Random): number
}
