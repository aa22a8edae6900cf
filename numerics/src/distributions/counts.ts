import { regularizedBeta } from './beta-function.ts'
import type { Distribution } from './distribution.ts'
import { count, positive, probability } from './domain.ts'
import { logGamma, regularizedGammaP, regularizedGammaQ } from './gamma-function.ts'
import { invertCounts } from './root.ts'
import { sampleBinomial, sampleGamma, samplePoisson } from './samplers.ts'

const INFINITY = Number.POSITIVE_INFINITY
const whole = (x: number) => Number.isInteger(x) && x >= 0

export function poisson(rate: number): Distribution {
  if (rate !== 0) positive('rate', rate)
  const cdf = (x: number) => (x < 0 ? 0 : rate === 0 ? 1 : regularizedGammaQ(Math.floor(x) + 1, rate))
  return {
    mean: rate,
    variance: rate,
    pdf: (x) => {
      if (!whole(x)) return 0
      if (rate === 0) return Number(x === 0)
      return Math.exp(x * Math.log(rate) - rate - logGamma(x + 1))
    },
    cdf,
    upper: (x) => (x < 0 ? 1 : rate === 0 ? 0 : regularizedGammaP(Math.floor(x) + 1, rate)),
    quantile: (p) => invertCounts(cdf, p, rate, INFINITY),
    sample: (random) => samplePoisson(random, rate),
  }
}

/**
 * Negative binomial by mean and size (variance = mean + mean²/size): counts that vary more than Poisson. With success
 * chance q = size / (size + mean) it counts the failures before the size-th success.
 */
export function negativeBinomial(mean: number, size: number): Distribution {
  positive('mean', mean)
  positive('size', size)
  const success = size / (size + mean)
  const failure = mean / (size + mean)
  const cdf = (x: number) => (x < 0 ? 0 : regularizedBeta(success, size, Math.floor(x) + 1))
  const constant = size * Math.log(success) - logGamma(size)
  return {
    mean,
    variance: mean + (mean * mean) / size,
    pdf: (x) => (whole(x) ? Math.exp(constant + logGamma(x + size) - logGamma(x + 1) + x * Math.log(failure)) : 0),
    cdf,
    upper: (x) => (x < 0 ? 1 : regularizedBeta(failure, Math.floor(x) + 1, size)),
    quantile: (p) => invertCounts(cdf, p, mean, INFINITY),
    sample: (random) => samplePoisson(random, (sampleGamma(random, size) * mean) / size),
  }
}

export function binomial(trials: number, chance: number): Distribution {
  count('trials', trials)
  probability('chance', chance)
  const sure = chance === 0 || chance === 1
  const outcome = trials * chance
  const cdf = (x: number) => {
    if (x < 0) return 0
    if (x >= trials) return 1
    return sure ? Number(x >= outcome) : regularizedBeta(1 - chance, trials - Math.floor(x), Math.floor(x) + 1)
  }
  const upper = (x: number) => {
    if (x < 0) return 1
    if (x >= trials) return 0
    return sure ? Number(x < outcome) : regularizedBeta(chance, Math.floor(x) + 1, trials - Math.floor(x))
  }
  return {
    mean: outcome,
    variance: outcome * (1 - chance),
    pdf: (k) => {
      if (!whole(k) || k > trials) return 0
      if (sure) return Number(k === outcome)
      const ways = logGamma(trials + 1) - logGamma(k + 1) - logGamma(trials - k + 1)
      return Math.exp(ways + k * Math.log(chance) + (trials - k) * Math.log1p(-chance))
    },
    cdf,
    upper,
    quantile: (p) => invertCounts(cdf, p, outcome, trials),
    sample: (random) => (sure ? outcome : sampleBinomial(random, trials, chance)),
  }
}
