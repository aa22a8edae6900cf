// Unconditional least squares (Box and Jenkins, chapter 7): the values before the first are backcast by the same model run
// in reverse, which comes near exact maximum likelihood at a hundredth of a Kalman filter's cost for seasonal models.
import { lbfgs } from '../optimise/index.ts'
import { type Lags, seasonalProduct, sparse, stationary } from './arima-polynomials.ts'
import { moments } from './moments.ts'

export interface ArimaOrder {
  readonly p: number
  readonly d: number
  readonly q: number
  /** Seasonal orders P, D, Q. */
  readonly sp: number
  readonly sd: number
  readonly sq: number
  readonly period: number
  readonly constant: boolean
}

export interface ArimaFit {
  readonly order: ArimaOrder
  readonly ar: Float64Array
  readonly ma: Float64Array
  readonly mean: number
  /** Corrected Akaike criterion. */
  readonly criterion: number
  readonly sigma: number
  /** Unbounded parameters, to start a neighbour from. */
  readonly free: Float64Array
}

/** A root this near the unit circle says that the differencing is wrong; R's `auto.arima` refuses it likewise. */
const NEAR_UNIT_ROOT = 0.99

/** Fits the stationary part of the order to a differenced series. */
export function fitArma(w: Float64Array, order: ArimaOrder, start?: ArrayLike<number>): ArimaFit | undefined {
  const n = w.length
  const count = order.p + order.q + order.sp + order.sq
  const freedom = count + (order.constant ? 1 : 0) + 1
  if (n < 3 || n <= freedom + 2) return undefined
  const { mean, deviation } = moments(w)
  if (!(deviation > 0)) return undefined
  const scaled = w.map((value) => (value - (order.constant ? mean : 0)) / deviation)
  const backLength = backcastLength(n, order)
  const space = new Float64Array(2 * (n + backLength))
  const errorsOf = (free: Float64Array) => {
    const { ar, ma } = polynomials(free, order)
    const shift = order.constant ? (free[count] as number) : 0
    return squares(scaled, { ar: sparse(ar), ma: sparse(ma), shift, backLength, space })
  }
  const goal = (free: Float64Array) => n * Math.log(errorsOf(free) / n) + logDeterminant(free, order, n)
  const first = start ? Float64Array.from(start) : new Float64Array(freedom - 1).fill(0.1, 0, count)
  const found = lbfgs(goal, first, { maxIterations: 30, tolerance: 1e-5 })
  if (!(found.value < Number.POSITIVE_INFINITY)) return undefined
  if (found.point.subarray(0, count).some((x) => Math.abs(Math.tanh(x)) > NEAR_UNIT_ROOT)) return undefined
  const { ar, ma } = polynomials(found.point, order)
  const cost = found.value + 2 * n * Math.log(deviation)
  const criterion = cost + 2 * freedom + (2 * freedom * (freedom + 1)) / (n - freedom - 1)
  const sigma = Math.sqrt(errorsOf(found.point) / Math.max(1, n - freedom + 1)) * deviation
  const shift = order.constant ? mean + deviation * (found.point[count] as number) : 0
  return { order, ar, ma, mean: shift, criterion, sigma, free: found.point }
}

/**
 * The likelihood's determinant: exact for a pure autoregression but for its first values, near for the rest. Without it
 * least squares drifts to unit roots, where a trend or a season is invented.
 */
function logDeterminant(free: Float64Array, { p, q, sp, sq, period }: ArimaOrder, n: number): number {
  let sum = 0
  let at = 0
  for (const [size, times] of [
    [p, 1],
    [q, 1],
    [sp, period],
    [sq, period],
  ] as const) {
    const cycles = n / times
    for (let k = 1; k <= size; k++, at++) {
      const square = Math.tanh(free[at] as number) ** 2
      sum += times * k * Math.log((1 - square ** (cycles + 1)) / Math.max(1e-300, 1 - square))
    }
  }
  return sum
}

function polynomials(free: Float64Array, { p, q, sp, sq, period }: ArimaOrder) {
  const part = (from: number, size: number) => stationary(free.subarray(from, from + size))
  const ar = seasonalProduct(part(0, p), part(p + q, sp), period)
  // 1 + θB is written as 1 − (−θ)B, so the same map keeps it invertible
  const ma = seasonalProduct(part(p, q), part(p + q + sp, sq), period).map((weight) => -weight)
  return { ar, ma }
}

interface Arma {
  ar: Lags
  ma: Lags
  shift: number
  backLength: number
}

/** Sum of squared errors over the backcast and the given stretch. `space` has room for the extended series twice. */
function squares(w: Float64Array, { ar, ma, shift, backLength, space }: Arma & { space: Float64Array }): number {
  const n = w.length
  const total = n + backLength
  const series = space.subarray(0, total)
  const errors = space.subarray(total)
  for (let i = 0; i < n; i++) series[i] = (w[n - 1 - i] as number) - shift
  walk(series, errors, { ar, ma, known: n })
  // the reversed series' forecasts are the values before the first one; `errors` holds them while `series` is refilled
  for (let i = 0; i < backLength; i++) errors[backLength - 1 - i] = series[n + i] as number
  for (let i = 0; i < backLength; i++) series[i] = errors[i] as number
  for (let i = 0; i < n; i++) series[backLength + i] = (w[i] as number) - shift
  return walk(series, errors, { ar, ma, known: total })
}

/** One-step errors of a differenced series under a fit, and its next `horizon` values. */
export function filterArma(
  w: Float64Array,
  fit: ArimaFit,
  horizon: number,
): { errors: Float64Array; ahead: Float64Array } {
  const ar = sparse(fit.ar)
  const ma = sparse(fit.ma)
  const backLength = backcastLength(w.length, fit.order)
  const total = w.length + backLength
  const space = new Float64Array(2 * total)
  squares(w, { ar, ma, shift: fit.mean, backLength, space })
  const series = new Float64Array(total + horizon)
  series.set(space.subarray(0, total))
  const errors = new Float64Array(total + horizon)
  walk(series, errors, { ar, ma, known: total })
  return {
    errors: errors.slice(backLength, total),
    ahead: series.slice(total).map((value) => value + fit.mean),
  }
}

function backcastLength(n: number, { p, q, sp, sq, period }: ArimaOrder): number {
  return Math.min(n, 10 + Math.max(p + sp * period, q + sq * period))
}

/** Errors of an ARMA over `series`; beyond `known` values are predicted instead. Gives the sum of squared errors. */
function walk(
  series: Float64Array,
  errors: Float64Array,
  { ar, ma, known }: { ar: Lags; ma: Lags; known: number },
): number {
  const arCount = ar.lags.length
  const maCount = ma.lags.length
  let sum = 0
  for (let t = 0; t < series.length; t++) {
    let expected = 0
    for (let k = 0; k < arCount; k++) {
      const lag = ar.lags[k] as number
      if (lag > t) break
      expected += (ar.weights[k] as number) * (series[t - lag] as number)
    }
    for (let k = 0; k < maCount; k++) {
      const lag = ma.lags[k] as number
      if (lag > t) break
      expected += (ma.weights[k] as number) * (errors[t - lag] as number)
    }
    if (t < known) {
      const error = (series[t] as number) - expected
      errors[t] = error
      sum += error * error
    } else {
      series[t] = expected
      errors[t] = 0
    }
  }
  return sum
}
