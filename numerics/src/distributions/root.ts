/**
 * x with cdf(x) = p for a continuous increasing cdf on [low, high] (either may be infinite): bracket by doubling from
 * `guess`, then bisection with a secant try in each step. Always ends: the bracket halves at least every second step.
 */
export function invertCdf(cdf: (x: number) => number, p: number, support: Support): number {
  const { low, high } = support
  if (p <= 0) return low
  if (p >= 1) return high
  let [left, right] = bracket(cdf, p, support)
  let below = cdf(left) - p
  let above = cdf(right) - p
  for (let i = 0; i < 200 && right - left > 1e-15 * (Math.abs(left) + Math.abs(right)); i++) {
    const secant = left - (below * (right - left)) / (above - below)
    const middle = left + (right - left) / 2
    const x = i % 2 === 0 && secant > left && secant < right ? secant : middle
    const error = cdf(x) - p
    if (error === 0) return x
    if (error < 0) {
      left = x
      below = error
    } else {
      right = x
      above = error
    }
  }
  return left + (right - left) / 2
}

export interface Support {
  low: number
  high: number
  /** A point near the middle of the mass. */
  guess: number
  /** A width of the order of the standard deviation. */
  width: number
}

function bracket(cdf: (x: number) => number, p: number, { low, high, guess, width }: Support): [number, number] {
  let left = Math.max(low, guess - width)
  for (let step = width; left > low && cdf(left) > p && step < 1e300; step *= 2) left = Math.max(low, left - step)
  let right = Math.min(high, guess + width)
  for (let step = width; right < high && cdf(right) < p && step < 1e300; step *= 2) right = Math.min(high, right + step)
  return [left, right]
}

/** Smallest whole k ≥ 0 (at most `most`) with cdf(k) ≥ p. */
export function invertCounts(cdf: (k: number) => number, p: number, mean: number, most: number): number {
  if (p <= 0) return 0
  if (p >= 1) return most
  let low = -1
  let high = Math.min(most, Math.max(1, Math.ceil(mean)))
  while (high < most && cdf(high) < p && high < 1e15) {
    low = high
    high = Math.min(most, high * 2 + 1)
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (cdf(middle) >= p) high = middle
    else low = middle
  }
  return high
}
