/** Consistency factor: the MAD of a normal sample times this is its standard deviation. */
const NORMAL_MAD = 1.482602218505602
const NORMAL_IQR = 1.3489795003921634

/** The finite values, ascending. */
export function sorted(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).filter(Number.isFinite).sort()
}

/** Quantile of an ascending sample, linear between ranks (Hyndman and Fan's type 7); undefined when it is empty. */
export function quantileSorted(ascending: ArrayLike<number>, probability: number): number | undefined {
  const n = ascending.length
  if (n === 0) return undefined
  const rank = Math.min(Math.max(probability, 0), 1) * (n - 1)
  const low = ascending[Math.floor(rank)] as number
  const high = ascending[Math.ceil(rank)] as number
  return low + (high - low) * (rank - Math.floor(rank))
}

/** Quantile of a sample in any order; values that are not finite do not count. */
export function quantile(values: ArrayLike<number>, probability: number): number | undefined {
  return quantileSorted(sorted(values), probability)
}

export function median(values: ArrayLike<number>): number | undefined {
  return quantile(values, 0.5)
}

export interface RobustSummary {
  median: number
  /** Median absolute deviation, scaled so that for normal data it estimates the standard deviation. */
  mad: number
  /** Interquartile range, scaled likewise. */
  iqr: number
  lowerQuartile: number
  upperQuartile: number
}

/** Centre and spread that half of the sample cannot spoil; undefined for an empty sample. */
export function robustSummary(values: ArrayLike<number>): RobustSummary | undefined {
  const ascending = sorted(values)
  const middle = quantileSorted(ascending, 0.5)
  if (middle === undefined) return undefined
  const deviations = ascending.map((value) => Math.abs(value - middle)).sort()
  const lowerQuartile = quantileSorted(ascending, 0.25) as number
  const upperQuartile = quantileSorted(ascending, 0.75) as number
  return {
    median: middle,
    mad: NORMAL_MAD * (quantileSorted(deviations, 0.5) as number),
    iqr: (upperQuartile - lowerQuartile) / NORMAL_IQR,
    lowerQuartile,
    upperQuartile,
  }
}

/**
 * A spread that is zero only for a constant sample: MAD, else IQR, else the mean absolute deviation. Data that are mostly
 * one value have a MAD of 0, and a z-score over 0 is the commonest way a robust detector breaks.
 */
export function robustScale(values: ArrayLike<number>): number {
  const summary = robustSummary(values)
  if (!summary) return 0
  if (summary.mad > 0) return summary.mad
  if (summary.iqr > 0) return summary.iqr
  let sum = 0
  let count = 0
  for (let i = 0; i < values.length; i++) {
    const deviation = Math.abs((values[i] as number) - summary.median)
    if (!Number.isFinite(deviation)) continue
    sum += deviation
    count++
  }
  return count ? (Math.sqrt(Math.PI / 2) * sum) / count : 0
}

/** Mean of the middle part: `trim` of each end is left out. */
export function trimmedMean(values: ArrayLike<number>, trim: number): number | undefined {
  const ascending = sorted(values)
  const cut = Math.min(Math.floor(ascending.length * trim), (ascending.length - 1) >> 1)
  const kept = ascending.subarray(Math.max(0, cut), ascending.length - Math.max(0, cut))
  return kept.length ? kept.reduce((sum, value) => sum + value, 0) / kept.length : undefined
}
