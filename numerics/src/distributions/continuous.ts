import { logBeta, regularizedBeta } from './beta-function.ts'
import type { Distribution } from './distribution.ts'
import { finite, positive } from './domain.ts'
import { normalCdf, normalPdf, normalQuantile, normalUpper } from './error-function.ts'
import { logGamma, regularizedGammaP, regularizedGammaQ } from './gamma-function.ts'
import { invertCdf } from './root.ts'
import { sampleBeta, sampleGamma } from './samplers.ts'

const INFINITY = Number.POSITIVE_INFINITY

export function normal(mean = 0, deviation = 1): Distribution {
  finite('mean', mean)
  positive('deviation', deviation)
  const standard = (x: number) => (x - mean) / deviation
  return {
    mean,
    variance: deviation * deviation,
    pdf: (x) => normalPdf(standard(x)) / deviation,
    cdf: (x) => normalCdf(standard(x)),
    upper: (x) => normalUpper(standard(x)),
    quantile: (p) => mean + deviation * normalQuantile(p),
    sample: (random) => mean + deviation * random.normal(),
  }
}

/** exp of a normal(mu, sigma). */
export function lognormal(mu: number, sigma: number): Distribution {
  const log = normal(mu, sigma)
  const mean = Math.exp(mu + (sigma * sigma) / 2)
  return {
    mean,
    variance: mean * mean * Math.expm1(sigma * sigma),
    pdf: (x) => (x > 0 ? log.pdf(Math.log(x)) / x : 0),
    cdf: (x) => (x > 0 ? log.cdf(Math.log(x)) : 0),
    upper: (x) => (x > 0 ? log.upper(Math.log(x)) : 1),
    quantile: (p) => Math.exp(log.quantile(p)),
    sample: (random) => Math.exp(log.sample(random)),
  }
}

export function gamma(shape: number, scale = 1): Distribution {
  positive('shape', shape)
  positive('scale', scale)
  const cdf = (x: number) => regularizedGammaP(shape, x / scale)
  const mean = shape * scale
  const atZero = shape < 1 ? INFINITY : shape === 1 ? 1 / scale : 0
  const logConstant = logGamma(shape) + shape * Math.log(scale)
  const pdf = (x: number) => {
    if (x === 0) return atZero
    return x < 0 ? 0 : Math.exp((shape - 1) * Math.log(x) - x / scale - logConstant)
  }
  return {
    mean,
    variance: mean * scale,
    pdf,
    cdf,
    upper: (x) => regularizedGammaQ(shape, x / scale),
    quantile: (p) => invertCdf(cdf, pdf, p, { low: 0, high: INFINITY, guess: mean, width: Math.sqrt(shape) * scale }),
    sample: (random) => scale * sampleGamma(random, shape),
  }
}

export function exponential(rate: number): Distribution {
  positive('rate', rate)
  return { ...gamma(1, 1 / rate), quantile: (p) => -Math.log1p(-p) / rate }
}

export function chiSquared(degrees: number): Distribution {
  return gamma(degrees / 2, 2)
}

export function beta(a: number, b: number): Distribution {
  positive('a', a)
  positive('b', b)
  const cdf = (x: number) => regularizedBeta(x, a, b)
  const mean = a / (a + b)
  const variance = (mean * (1 - mean)) / (a + b + 1)
  const constant = logBeta(a, b)
  const pdf = (x: number) => {
    if (x < 0 || x > 1) return 0
    const left = a === 1 ? 0 : (a - 1) * Math.log(x)
    const right = b === 1 ? 0 : (b - 1) * Math.log1p(-x)
    return Math.exp(left + right - constant)
  }
  return {
    mean,
    variance,
    pdf,
    cdf,
    // Below the mean 1 − x would round to 1 for tiny x.
    upper: (x) => (x < mean ? 1 - cdf(x) : regularizedBeta(1 - x, b, a)),
    quantile: (p) => invertCdf(cdf, pdf, p, { low: 0, high: 1, guess: mean, width: Math.sqrt(variance) }),
    sample: (random) => sampleBeta(random, a, b),
  }
}

/** Student's t. Mean and variance are Infinity where they do not exist. */
export function studentT(degrees: number): Distribution {
  positive('degrees of freedom', degrees)
  const logConstant = -0.5 * Math.log(degrees) - logBeta(degrees / 2, 0.5)
  const tail = (t: number) => 0.5 * regularizedBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
  const cdf = (t: number) => (t > 0 ? 1 - tail(t) : tail(t))
  const pdf = (t: number) => Math.exp(logConstant - ((degrees + 1) / 2) * Math.log1p((t * t) / degrees))
  const support = { low: -INFINITY, high: INFINITY, guess: 0, width: 2 }
  return {
    mean: degrees > 1 ? 0 : INFINITY,
    variance: degrees > 2 ? degrees / (degrees - 2) : INFINITY,
    pdf,
    cdf,
    upper: (t) => (t > 0 ? tail(t) : 1 - tail(t)),
    // By symmetry the lower half is solved, where the cdf keeps its digits.
    quantile: (p) => (p > 0.5 ? -invertCdf(cdf, pdf, 1 - p, support) : invertCdf(cdf, pdf, p, support)),
    sample: (random) => random.normal() / Math.sqrt((2 * sampleGamma(random, degrees / 2)) / degrees),
  }
}

export function fisherF(numerator: number, denominator: number): Distribution {
  positive('numerator degrees', numerator)
  positive('denominator degrees', denominator)
  const half = numerator / 2
  const other = denominator / 2
  const shares = beta(half, other)
  const rest = beta(other, half)
  const restOf = (x: number) => denominator / (numerator * x + denominator)
  const shareOf = (x: number) => (numerator * x) / (numerator * x + denominator)
  // Each half of the line by the share that is small there; the other one would round to 1.
  const lower = (x: number) => (x > 0 ? regularizedBeta(shareOf(x), half, other) : 0)
  const upper = (x: number) => regularizedBeta(restOf(x), other, half)
  const mean = denominator > 2 ? denominator / (denominator - 2) : INFINITY
  const variance =
    denominator > 4 ? (2 * mean * mean * (numerator + denominator - 2)) / (numerator * (denominator - 4)) : INFINITY
  return {
    mean,
    variance,
    pdf: (x) => (x < 0 ? 0 : (shares.pdf(shareOf(x)) * restOf(x) * restOf(x) * numerator) / denominator),
    cdf: (x) => (x > 1 ? 1 - upper(x) : lower(x)),
    upper: (x) => (x > 1 ? upper(x) : 1 - lower(x)),
    quantile: (p) => {
      const small = p > 0.5 ? rest.quantile(1 - p) : shares.quantile(p)
      const [share, left] = p > 0.5 ? [1 - small, small] : [small, 1 - small]
      return left > 0 ? (denominator * share) / (numerator * left) : INFINITY
    },
    sample: (random) => ((sampleGamma(random, half) / sampleGamma(random, other)) * denominator) / numerator,
  }
}
