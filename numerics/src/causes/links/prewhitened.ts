import { normalUpper } from '../../distributions/index.ts'
import { createMatrix, leastSquares } from '../../linear-algebra/index.ts'
import { columnAt, laggedWindow } from './lagged.ts'

export interface CrossCorrelation {
  /** Correlation of y with x so many steps earlier; negative lags: y leads. */
  lags: Int32Array
  values: Float64Array
  /** The lag that stands out most, its correlation and its p after allowing for all lags tried. */
  best: { lag: number; value: number; p: number }
  /** Order of the autoregression that whitened both. */
  order: number
}

/**
 * Cross-correlation after prewhitening (Box & Jenkins): an autoregression makes x white and the same filter goes over y.
 * Without it two unrelated series with memory correlate at many lags by chance.
 */
export function prewhitenedCorrelation(x: Float64Array, y: Float64Array, maxLag: number): CrossCorrelation {
  const { coefficients, order } = fitAutoregression(x, Math.min(20, Math.floor(x.length / 10)))
  const a = filter(x, coefficients)
  const b = filter(y, coefficients)
  const lags = Int32Array.from({ length: 2 * maxLag + 1 }, (_, i) => i - maxLag)
  const values = new Float64Array(lags.length)
  let best = { lag: 0, value: 0, p: 1 }
  lags.forEach((lag, i) => {
    const { value, pairs } = correlationAt(a, b, lag)
    values[i] = value
    const p = Math.min(1, 2 * normalUpper(Math.abs(value) * Math.sqrt(pairs)) * lags.length)
    if (Math.abs(value) > Math.abs(best.value)) best = { lag, value, p }
  })
  return { lags, values, best, order }
}

/** Least squares at every order up to `most`, the one with the least AIC. */
function fitAutoregression(x: Float64Array, most: number): { coefficients: Float64Array; order: number } {
  let chosen = { coefficients: new Float64Array(0), order: 0 }
  let least = Number.POSITIVE_INFINITY
  const window = laggedWindow([x], Math.max(0, most))
  const rows = window.rows.length
  if (rows < 3) return chosen
  const target = columnAt(window, 0, 0)
  for (let order = 0; order <= most; order++) {
    const design = createMatrix(rows, order + 1)
    for (let lag = 0; lag <= order; lag++) {
      const column = lag === 0 ? new Float64Array(rows).fill(1) : columnAt(window, 0, lag)
      for (let i = 0; i < rows; i++) design.data[i * (order + 1) + lag] = column[i] as number
    }
    const fit = leastSquares(design, target)
    const aic = rows * Math.log(Math.max(fit.residualSumOfSquares / rows, 1e-300)) + 2 * order
    if (aic < least - 1e-9) {
      least = aic
      chosen = { coefficients: fit.coefficients.slice(1), order }
    }
  }
  return chosen
}

/** Values less what the autoregression foretells; the first `order` steps and all that touch a gap are NaN. */
function filter(values: Float64Array, coefficients: Float64Array): Float64Array {
  return values.map((value, t) => {
    if (t < coefficients.length) return Number.NaN
    return coefficients.reduce((left, c, k) => left - c * (values[t - 1 - k] as number), value)
  })
}

function correlationAt(a: Float64Array, b: Float64Array, lag: number): { value: number; pairs: number } {
  let [n, sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0, 0]
  for (let t = Math.max(0, lag); t < b.length && t - lag < a.length; t++) {
    const u = a[t - lag] as number
    const v = b[t] as number
    if (!(Math.abs(u) < 1e150 && Math.abs(v) < 1e150)) continue
    n++
    sa += u
    sb += v
    saa += u * u
    sbb += v * v
    sab += u * v
  }
  const product = (saa - (sa * sa) / n) * (sbb - (sb * sb) / n)
  const floor = 1e-24 * saa * sbb
  return { value: n > 2 && product > floor ? (sab - (sa * sb) / n) / Math.sqrt(product) : 0, pairs: n }
}
