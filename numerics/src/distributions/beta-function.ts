import { normalCdf } from './error-function.ts'
import { logGamma } from './gamma-function.ts'

const TINY = 1e-300
const TOLERANCE = 3e-16
const LARGE = 1e9

export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b)
}

/** Regularised incomplete beta I_x(a, b): the chance that a beta(a, b) variable is at most x. */
export function regularizedBeta(x: number, a: number, b: number): number {
  if (!(a > 0 && b > 0) || Number.isNaN(x)) {
    throw new RangeError(`incomplete beta needs a, b > 0 and a number x, got ${a}, ${b}, ${x}`)
  }
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (a > LARGE && b > LARGE) {
    // Far beyond any count met in practice; the normal limit is exact to 1e-5 there and always ends.
    const mean = a / (a + b)
    return normalCdf((x - mean) / Math.sqrt((mean * (1 - mean)) / (a + b)))
  }
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b))
  // The fraction converges fast only on its own side of the mean.
  if (x < (a + 1) / (a + b + 2)) return Math.min(1, (front * betaFraction(x, a, b)) / a)
  return Math.max(0, 1 - (front * betaFraction(1 - x, b, a)) / b)
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1
  let d = guard(1 - ((a + b) * x) / (a + 1))
  let value = d
  for (let m = 1; m < 500_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = guard(1 + even * d)
    c = 1 + even / c
    if (Math.abs(c) < TINY) c = TINY
    value *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = guard(1 + odd * d)
    c = 1 + odd / c
    if (Math.abs(c) < TINY) c = TINY
    const step = d * c
    value *= step
    if (Math.abs(step - 1) < TOLERANCE) break
  }
  return value
}

function guard(value: number): number {
  return 1 / (Math.abs(value) < TINY ? TINY : value)
}
