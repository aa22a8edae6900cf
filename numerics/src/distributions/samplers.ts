import type { Random } from '../random/index.ts'
import { logGamma } from './gamma-function.ts'

/** Gamma with scale 1 by Marsaglia & Tsang 2000; shapes below 1 are boosted by a power of a uniform. */
export function sampleGamma(random: Random, shape: number): number {
  if (shape < 1) return sampleGamma(random, shape + 1) * (1 - random.next()) ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const z = random.normal()
    const base = 1 + c * z
    if (base <= 0) continue
    const v = base * base * base
    const u = 1 - random.next()
    if (Math.log(u) < 0.5 * z * z + d - d * v + d * Math.log(v)) return d * v
  }
}

export function sampleBeta(random: Random, a: number, b: number): number {
  const x = sampleGamma(random, a)
  const y = sampleGamma(random, b)
  // Both can underflow for tiny shapes; then the mass sits at the ends in proportion a : b.
  return x + y > 0 ? x / (x + y) : Number(random.next() < a / (a + b))
}

/** Poisson: products of uniforms for small rates, transformed rejection (Hörmann 1993, PTRS) for the rest. */
export function samplePoisson(random: Random, rate: number): number {
  if (rate < 10) {
    const limit = Math.exp(-rate)
    let k = 0
    for (let product = random.next(); product > limit; product *= random.next()) k++
    return k
  }
  const b = 0.931 + 2.53 * Math.sqrt(rate)
  const a = -0.059 + 0.02483 * b
  const scale = 1.1239 + 1.1328 / (b - 3.4)
  const squeeze = 0.9277 - 3.6224 / (b - 2)
  const logRate = Math.log(rate)
  for (;;) {
    const u = random.next() - 0.5
    const v = 1 - random.next()
    const edge = 0.5 - Math.abs(u)
    const k = Math.floor(((2 * a) / edge + b) * u + rate + 0.43)
    if (edge >= 0.07 && v <= squeeze) return k
    if (k < 0 || (edge < 0.013 && v > edge)) continue
    if (Math.log((v * scale) / (a / (edge * edge) + b)) <= k * logRate - rate - logGamma(k + 1)) return k
  }
}

/** Binomial: inversion for a small mean, transformed rejection (Hörmann 1993, BTRS) for the rest. */
export function sampleBinomial(random: Random, n: number, p: number): number {
  if (p > 0.5) return n - sampleBinomial(random, n, 1 - p)
  if (n * p < 10) return invertBinomial(random, n, p)
  const q = 1 - p
  const spread = Math.sqrt(n * p * q)
  const b = 1.15 + 2.53 * spread
  const a = -0.0873 + 0.0248 * b + 0.01 * p
  const centre = n * p + 0.5
  const squeeze = 0.92 - 4.2 / b
  const scale = (2.83 + 5.1 / b) * spread
  const mode = Math.floor((n + 1) * p)
  const atMode = logGamma(mode + 1) + logGamma(n - mode + 1)
  const logOdds = Math.log(p / q)
  for (;;) {
    const u = random.next() - 0.5
    const v = 1 - random.next()
    const edge = 0.5 - Math.abs(u)
    const k = Math.floor(((2 * a) / edge + b) * u + centre)
    if (k < 0 || k > n) continue
    if (edge >= 0.07 && v <= squeeze) return k
    const logRatio = atMode - logGamma(k + 1) - logGamma(n - k + 1) + (k - mode) * logOdds
    if (Math.log((v * scale) / (a / (edge * edge) + b)) <= logRatio) return k
  }
}

/** Counts successes by jumping over the failures between them, so the cost is the number of successes. */
function invertBinomial(random: Random, n: number, p: number): number {
  if (p <= 0) return 0
  const logFailure = Math.log1p(-p)
  let position = 0
  for (let successes = 0; ; successes++) {
    position += 1 + Math.floor(Math.log(1 - random.next()) / logFailure)
    if (position > n) return successes
  }
}
