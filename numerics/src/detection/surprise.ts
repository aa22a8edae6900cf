// Surprise is −log10 of a tail probability: 3 = one in a thousand. It adds up, and it does not run out of digits where a
// probability next to 1 does.

/** Surprise that earns the score ½. */
const HALF = 3

/** The score of a surprise: 0 → 0, 3 (one in a thousand) → ½, 6 → ⅔, ∞ → 1. */
export function scoreOf(surprise: number): number {
  return surprise > 0 ? (surprise < 1e9 ? surprise / (surprise + HALF) : 1) : 0
}

/** The tail probability a score stands for. */
export function probabilityOf(score: number): number {
  return score >= 1 ? 0 : 10 ** ((-HALF * score) / (1 - score))
}

/** ln erfc(x) for x ≥ 0 (Chebyshev fit of Numerical Recipes, relative error 1.2e-7), without underflow for large x. */
export function logErfc(x: number): number {
  const t = 2 / (2 + x)
  let p = 0.17087277
  p = -0.82215223 + t * p
  p = 1.48851587 + t * p
  p = -1.13520398 + t * p
  p = 0.27886807 + t * p
  p = -0.18628806 + t * p
  p = 0.09678418 + t * p
  p = 0.37409196 + t * p
  p = 1.00002368 + t * p
  return Math.log(t) - x * x - 1.26551223 + t * p
}

/** Surprise of a standard normal at least |z| from 0. */
export function normalSurprise(z: number): number {
  const x = Math.abs(z) * Math.SQRT1_2
  return x < 1e150 ? -logErfc(x) / Math.LN10 : Number.MAX_VALUE
}

/**
 * Surprise of Student's t with 4 degrees of freedom at least |t| from 0 (closed form). The tail to use while a spread is
 * known from few points only: four times the spread is then one in sixty, not one in 16,000.
 */
export function heavySurprise(t: number): number {
  const a = Math.abs(t)
  if (a > 1e3) return 4 * Math.log10(a) - Math.log10(12)
  const s = a / Math.sqrt(4 + a * a)
  return -Math.log10(Math.max(1 - 1.5 * s + 0.5 * s * s * s, Number.MIN_VALUE))
}
