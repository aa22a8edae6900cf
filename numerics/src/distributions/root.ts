/**
 * x with cdf(x) = p for a continuous increasing cdf on [low, high] (either may be infinite): bracket by doubling from
 * `guess`, then Newton's steps by the density, and halving wherever one would leave the bracket or not halve it.
 */
export function invertCdf(
  cdf: (x: number) => number,
  density: (x: number) => number,
  p: number,
  support: Support,
): number {
  const { low, high } = support
  if (p <= 0) return low
  if (p >= 1) return high
  let [left, right] = bracket(cdf, p, support)
  let x = Math.min(right, Math.max(left, support.guess))
  let width = right - left
  for (let i = 0; i < 300 && right - left > 1e-15 * (Math.abs(left) + Math.abs(right)); i++) {
    const error = cdf(x) - p
    if (error === 0) return x
    if (error < 0) left = x
    else right = x
    const newton = x - error / density(x)
    // Every third step has to have halved the bracket, so that a flat or steep tail cannot hold it up.
    const slow = i % 3 === 2 && right - left > width / 2
    if (i % 3 === 2) width = right - left
    const inside = newton > left && newton < right
    if (inside && Math.abs(newton - x) <= 1e-14 * Math.abs(x)) return newton
    x = inside && !slow ? newton : left + (right - left) / 2
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
