import { nextPowerOfTwo, transform } from './fourier.ts'

/**
 * Autocorrelations for lags 0…maxLag with the usual divisor n (the biased, positive-definite ones). Values that are not
 * finite count as the mean. A constant answers 1 at lag 0 and 0 elsewhere.
 */
export function autocorrelation(values: ArrayLike<number>, maxLag = values.length - 1): Float64Array {
  const lags = Math.max(0, Math.min(Math.floor(maxLag), values.length - 1))
  const result = new Float64Array(lags + 1)
  const centred = centre(values)
  const covariance = lags * values.length < 4_096 ? direct(centred, lags) : byTransform(centred, lags)
  const variance = covariance[0] ?? 0
  result[0] = 1
  for (let lag = 1; lag <= lags && variance > 0; lag++) result[lag] = (covariance[lag] as number) / variance
  return result
}

/** Partial autocorrelations for lags 0…maxLag by the recursion of Durbin and Levinson; 1 at lag 0. */
export function partialAutocorrelation(values: ArrayLike<number>, maxLag: number): Float64Array {
  const acf = autocorrelation(values, maxLag)
  const result = new Float64Array(acf.length)
  result[0] = 1
  let phi = new Float64Array(acf.length)
  let error = 1
  for (let k = 1; k < acf.length && error > 1e-12; k++) {
    let numerator = acf[k] as number
    for (let j = 1; j < k; j++) numerator -= (phi[j] as number) * (acf[k - j] as number)
    const reflection = numerator / error
    const next = phi.slice()
    for (let j = 1; j < k; j++) next[j] = (phi[j] as number) - reflection * (phi[k - j] as number)
    next[k] = reflection
    result[k] = reflection
    error *= 1 - reflection * reflection
    phi = next
  }
  return result
}

/** Deviations from the mean, scaled by the largest so that 1e300 does not overflow when squared. */
function centre(values: ArrayLike<number>): Float64Array {
  const finite = Float64Array.from(values)
  let largest = 0
  for (const value of finite) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value))
  if (largest === 0) return finite.fill(0)
  let sum = 0
  let count = 0
  for (const value of finite) {
    if (!Number.isFinite(value)) continue
    sum += value / largest
    count++
  }
  const mean = sum / count
  return finite.map((value) => (Number.isFinite(value) ? value / largest - mean : 0))
}

function direct(centred: Float64Array, lags: number): Float64Array {
  const result = new Float64Array(lags + 1)
  for (let lag = 0; lag <= lags; lag++) {
    let sum = 0
    for (let i = lag; i < centred.length; i++) sum += (centred[i] as number) * (centred[i - lag] as number)
    result[lag] = sum
  }
  return result
}

/** The Wiener–Khinchin way: O(n log n). Padding to twice the length keeps the ends from wrapping round. */
function byTransform(centred: Float64Array, lags: number): Float64Array {
  const size = nextPowerOfTwo(2 * centred.length)
  const re = new Float64Array(size)
  const im = new Float64Array(size)
  re.set(centred)
  transform(re, im)
  for (let f = 0; f < size; f++) {
    re[f] = (re[f] as number) ** 2 + (im[f] as number) ** 2
    im[f] = 0
  }
  transform(re, im, true)
  return re.subarray(0, lags + 1).map((value) => value / size)
}
