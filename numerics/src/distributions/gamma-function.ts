import { finite } from './domain.ts'

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI)
const EPSILON = 1e-16
const TINY = 1e-300
/** Beyond this shape the Wilson–Hilferty normal is closer than 1e-9 and series would take ever longer. */
const LARGE_SHAPE = 1e8

/** Natural logarithm of Γ(x) for x > 0. Stirling's series after shifting x above 12. */
export function logGamma(x: number): number {
  finite('x', x)
  if (x <= 0) throw new RangeError(`logGamma needs x > 0, got ${x}`)
  let shifted = x
  let product = 1
  while (shifted < 12) {
    product *= shifted
    shifted += 1
  }
  return stirling(shifted) - Math.log(product)
}

function stirling(x: number): number {
  const inverse = 1 / x
  const square = inverse * inverse
  // Coefficients B_{2k} / (2k(2k−1)).
  const tail =
    1 / 12 -
    square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square * (1 / 1188 - (square * 691) / 360360))))
  return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + tail * inverse
}

/** Regularised lower incomplete gamma P(a, x). */
export function regularizedGammaP(a: number, x: number): number {
  return incompleteGamma(a, x, 'lower')
}

/** Regularised upper incomplete gamma Q(a, x) = 1 − P(a, x), accurate in the far tail. */
export function regularizedGammaQ(a: number, x: number): number {
  return incompleteGamma(a, x, 'upper')
}

function incompleteGamma(a: number, x: number, side: 'lower' | 'upper'): number {
  if (!(a > 0) || Number.isNaN(x)) throw new RangeError(`incomplete gamma needs a > 0 and a number x, got ${a}, ${x}`)
  if (x <= 0) return side === 'lower' ? 0 : 1
  if (x === Number.POSITIVE_INFINITY) return side === 'lower' ? 1 : 0
  if (a > LARGE_SHAPE) return wilsonHilferty(a, x, side)
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a))
  if (x < a + 1) {
    const lower = Math.min(1, scale * lowerSeries(a, x))
    return side === 'lower' ? lower : 1 - lower
  }
  const upper = Math.min(1, scale * upperFraction(a, x))
  return side === 'upper' ? upper : 1 - upper
}

function lowerSeries(a: number, x: number): number {
  let term = 1 / a
  let sum = term
  for (let n = a + 1; term > sum * EPSILON; n++) {
    term *= x / n
    sum += term
  }
  return sum
}

/** Continued fraction by the modified Lentz method. */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a
  let c = 1 / TINY
  let d = 1 / b
  let value = d
  for (let i = 1; i < 1_000_000; i++) {
    const an = -i * (i - a)
    b += 2
    d = an * d + b
    if (Math.abs(d) < TINY) d = TINY
    c = b + an / c
    if (Math.abs(c) < TINY) c = TINY
    d = 1 / d
    const step = d * c
    value *= step
    if (Math.abs(step - 1) < 2 * EPSILON + 1e-16) break
  }
  return value
}

function wilsonHilferty(a: number, x: number, side: 'lower' | 'upper'): number {
  const z = (Math.cbrt(x / a) - 1 + 1 / (9 * a)) * 3 * Math.sqrt(a)
  // A one-term normal tail through Q(1/2, z²/2) keeps this file free of the error function.
  const beyond = 0.5 * incompleteGamma(0.5, (z * z) / 2, 'upper')
  const upper = z > 0 ? beyond : 1 - beyond
  return side === 'upper' ? upper : 1 - upper
}
