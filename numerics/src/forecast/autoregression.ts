import { createMatrix, ridge } from '../linear-algebra/index.ts'
import { type Fitted, type Method, residualDeviation, type Series } from './model.ts'
import { moments } from './moments.ts'

export interface AutoregressionOptions {
  /** Works on logarithms: effects multiply. Needs positive values. */
  readonly log?: boolean
  /** Works on the changes from one value to the next. */
  readonly differenced?: boolean
}

/**
 * Ridge regression of each value on the latest ones and on those around each season ago, recent rows counting more; further
 * values by feeding forecasts back. Plain, fast, and on long seasonal series ahead of far heavier models.
 */
export const autoregressionOf = (options: AutoregressionOptions = {}): Method => {
  const space = options.log ? 'log ' : ''
  const name = `${space}autoregression${options.differenced ? ' of changes' : ''}`
  return { name, fit: (series) => fit(series, options, name) }
}

export const autoregression = autoregressionOf()
export const logAutoregression = autoregressionOf({ log: true })

/** Standardised values are penalised by this much per coefficient: enough to tame collinear lags, no more. */
const PENALTY = 0.1
/** The oldest row weighs e^−2 of the newest. */
const FORGETTING = 2
/** Forecasts further out than this many deviations are the recursion running away, not knowledge. */
const FARTHEST = 12
const ROWS = 80

interface Regression {
  readonly name: string
  readonly options: AutoregressionOptions
  readonly lags: Int32Array
  /** One per lag, then the constant. */
  readonly weights: Float64Array
  readonly mean: number
  readonly deviation: number
}

/** Lags that `length` values can carry; undefined when a season that shows cannot be covered, or the rows are too few. */
export function lagsFor(periods: readonly number[], length: number): Int32Array | undefined {
  const lags = new Set([1, 2, 3])
  let covered = periods.length === 0
  periods.forEach((given, rank) => {
    const period = Math.round(given)
    // some ten rows for each of the first season's coefficients
    if (length < period + 2 + ROWS || length <= 2 * (period + 2) + 20) return
    covered = true
    for (const lag of [period - 1, period, period + 1, period + 2]) lags.add(lag)
    // further cycles of the shortest season, once there are enough of them to learn from
    for (const times of rank === 0 ? [2, 3] : [])
      if (length >= 8 * times * period) lags.add(times * period).add(times * period + 1)
  })
  const seen = length >= 3 * (periods[0] ?? 1)
  if (length < 3 + ROWS / 2 || (!covered && seen)) return undefined
  return Int32Array.from([...lags].filter((lag) => lag > 0).sort((a, b) => a - b))
}

function fit({ values, periods }: Series, options: AutoregressionOptions, name: string): Fitted | undefined {
  if (options.log && !values.every((value) => value > 0)) return undefined
  const y = transformed(values, options)
  const lags = lagsFor(periods, y.length)
  if (!lags) return undefined
  const longest = lags[lags.length - 1] as number
  const rows = y.length - longest
  const { mean, deviation } = moments(y)
  if (!(deviation > 0)) return undefined
  const z = y.map((value) => (value - mean) / deviation)
  const columns = lags.length + 1
  const design = createMatrix(rows, columns)
  const target = new Float64Array(rows)
  for (let r = 0; r < rows; r++) {
    const t = r + longest
    const weight = Math.exp((-FORGETTING / 2) * (1 - t / z.length))
    target[r] = weight * (z[t] as number)
    for (let j = 0; j < lags.length; j++) design.data[r * columns + j] = weight * (z[t - (lags[j] as number)] as number)
    design.data[r * columns + lags.length] = weight
  }
  const weights = ridge(design, target, PENALTY)
  return weights.every(Number.isFinite)
    ? regressionModel(values, { name, options, lags, weights, mean, deviation })
    : undefined
}

function transformed(values: Float64Array, { log, differenced }: AutoregressionOptions): Float64Array {
  const y = log ? values.map(Math.log) : values
  return differenced ? y.slice(1).map((value, i) => value - (y[i] as number)) : y
}

function regressionModel(values: Float64Array, regression: Regression): Fitted {
  const { options, lags, weights } = regression
  const y = options.log ? values.map(Math.log) : values
  const first = options.differenced ? 1 : 0
  const inside = recurse(values, regression, 0)
  const back = options.log ? Math.exp : (value: number) => value
  const fitted = new Float64Array(values.length).fill(Number.NaN)
  for (let i = first; i < values.length; i++)
    fitted[i] = back((inside[i - first] as number) + (first ? (y[i - 1] as number) : 0))
  const sigma = residualDeviation(values, fitted, lags.length + 1)
  const forecast = (horizon: number) => {
    const ahead = recurse(values, regression, horizon).slice(values.length - first)
    let last = y[y.length - 1] as number
    return ahead.map((value) => {
      last = first ? last + value : value
      return back(last)
    })
  }
  return {
    name: regression.name,
    fitted,
    forecast,
    deviations: (horizon) => spread(lags, weights, horizon, first === 1).map((factor) => sigma * factor),
    update: (other) => regressionModel(other, regression),
  }
}

/** One-step predictions of the transformed history (NaN before the longest lag), then `horizon` values fed back. */
function recurse(
  values: Float64Array,
  { options, lags, weights, mean, deviation }: Regression,
  horizon: number,
): Float64Array {
  const y = transformed(values, options)
  const n = y.length
  const count = lags.length
  const longest = lags[count - 1] as number
  const z = new Float64Array(n + horizon)
  for (let i = 0; i < n; i++) z[i] = ((y[i] as number) - mean) / deviation
  const predicted = new Float64Array(n + horizon).fill(Number.NaN)
  for (let t = horizon > 0 ? n : longest; t < n + horizon; t++) {
    let sum = weights[count] as number
    for (let j = 0; j < count; j++) {
      const at = t - (lags[j] as number)
      sum += (weights[j] as number) * (at >= 0 ? (z[at] as number) : 0)
    }
    sum = Math.max(-FARTHEST, Math.min(FARTHEST, sum))
    predicted[t] = sum * deviation + mean
    if (t >= n) z[t] = sum
  }
  return predicted
}

/** Standard error of each step ahead in units of the first. */
function spread(lags: Int32Array, weights: Float64Array, horizon: number, summed: boolean): Float64Array {
  const psi = new Float64Array(horizon)
  let total = 0
  let running = 0
  return psi.map((_, h) => {
    let effect = h === 0 ? 1 : 0
    for (let j = 0; j < lags.length; j++) {
      const lag = lags[j] as number
      if (lag <= h) effect += (weights[j] as number) * (psi[h - lag] as number)
    }
    psi[h] = effect
    running += effect
    total += (summed ? running : effect) ** 2
    return Math.sqrt(Math.min(total, (h + 1) ** 2))
  })
}
