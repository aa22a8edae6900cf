// Seasonal-trend decomposition by loess: Cleveland, Cleveland, McRae and Terpenning, Journal of Official Statistics 6 (1990).
import { type Loess, loess, loessAt, movingAverage } from './loess.ts'

export interface StlOptions {
  readonly period: number
  /** Neighbours (cycles) over which a season may change; 'periodic' keeps it the same for ever. Default 7. */
  readonly seasonalSpan?: number | 'periodic'
  readonly trendSpan?: number
  /** Downweights outliers over several passes. */
  readonly robust?: boolean
  readonly innerPasses?: number
  readonly outerPasses?: number
}

export interface StlParts {
  readonly seasonal: Float64Array
  readonly trend: Float64Array
  readonly remainder: Float64Array
  /** Robustness weight per value, 1 = fully trusted. */
  readonly weights: Float64Array
}

interface Spans {
  readonly period: number
  readonly seasonal: number
  readonly periodic: boolean
  readonly trend: number
  readonly lowPass: number
}

const odd = (x: number) => {
  const up = Math.ceil(x)
  return up % 2 ? up : up + 1
}

/** Splits a series of at least two whole cycles of finite values. */
export function stl(values: Float64Array, options: StlOptions): StlParts {
  const { period } = options
  const n = values.length
  if (!(Number.isInteger(period) && period >= 2))
    throw new RangeError(`a period is an integer of at least 2, got ${period}`)
  if (n < 2 * period) throw new RangeError(`period ${period} needs at least ${2 * period} values, got ${n}`)
  const periodic = options.seasonalSpan === 'periodic'
  const seasonal = periodic ? 10 * n + 1 : odd(Math.max(3, (options.seasonalSpan as number | undefined) ?? 7))
  const trend = odd(options.trendSpan ?? (1.5 * period) / (1 - 1.5 / seasonal))
  const spans: Spans = { period, seasonal, periodic, trend, lowPass: odd(period) }
  const inner = options.innerPasses ?? (options.robust ? 1 : 2)
  const outer = options.robust ? (options.outerPasses ?? 15) : 0
  const state = {
    seasonal: new Float64Array(n),
    trend: new Float64Array(n),
    weights: undefined as Float64Array | undefined,
  }
  for (let pass = 0; pass <= outer; pass++) {
    for (let k = 0; k < inner; k++) innerLoop(values, state, spans)
    if (pass < outer) state.weights = robustnessWeights(values, state)
  }
  if (periodic) makePeriodic(state.seasonal, period)
  const remainder = values.map((value, i) => value - (state.seasonal[i] as number) - (state.trend[i] as number))
  return {
    seasonal: state.seasonal,
    trend: state.trend,
    remainder,
    weights: state.weights ?? new Float64Array(n).fill(1),
  }
}

function innerLoop(
  values: Float64Array,
  state: { seasonal: Float64Array; trend: Float64Array; weights: Float64Array | undefined },
  spans: Spans,
): void {
  const { period } = spans
  const n = values.length
  const detrended = values.map((value, i) => value - (state.trend[i] as number))
  const cycle = smoothCycles(detrended, state.weights, spans)
  const thrice = movingAverage(movingAverage(movingAverage(cycle, period), period), 3)
  const low = loess(thrice, { span: spans.lowPass, degree: 1, jump: jumpOf(spans.lowPass) })
  for (let i = 0; i < n; i++) state.seasonal[i] = (cycle[i + period] as number) - (low[i] as number)
  const deseasonalised = values.map((value, i) => value - (state.seasonal[i] as number))
  state.trend = loess(deseasonalised, {
    span: spans.trend,
    degree: 1,
    weights: state.weights,
    jump: jumpOf(spans.trend),
  })
}

const jumpOf = (span: number) => Math.max(1, Math.ceil(span / 10))

/** Smooths each sub-series (all Mondays, all Tuesdays …) and extends it by one cycle at both ends. */
function smoothCycles(detrended: Float64Array, weights: Float64Array | undefined, spans: Spans): Float64Array {
  const { period } = spans
  const n = detrended.length
  const cycle = new Float64Array(n + 2 * period)
  const options = (own: Float64Array | undefined): Loess => ({
    span: spans.seasonal,
    degree: spans.periodic ? 0 : 1,
    weights: own,
  })
  for (let phase = 0; phase < period; phase++) {
    const length = Math.floor((n - 1 - phase) / period) + 1
    const own = new Float64Array(length)
    const ownWeights = weights && new Float64Array(length)
    for (let k = 0; k < length; k++) {
      own[k] = detrended[phase + k * period] as number
      if (weights && ownWeights) ownWeights[k] = weights[phase + k * period] as number
    }
    const smooth = loess(own, { ...options(ownWeights), jump: spans.periodic ? length : jumpOf(spans.seasonal) })
    for (let k = 0; k < length; k++) cycle[phase + (k + 1) * period] = smooth[k] as number
    cycle[phase] = loessAt(own, -1, options(ownWeights)) ?? (smooth[0] as number)
    cycle[phase + (length + 1) * period] = loessAt(own, length, options(ownWeights)) ?? (smooth[length - 1] as number)
  }
  return cycle
}

/** Bisquare weights of the remainder at six medians of its absolute value. */
function robustnessWeights(values: Float64Array, { seasonal, trend }: { seasonal: Float64Array; trend: Float64Array }) {
  const size = values.map((value, i) => Math.abs(value - (seasonal[i] as number) - (trend[i] as number)))
  const ordered = size.slice().sort()
  const middle = ordered.length >> 1
  const median =
    ordered.length % 2
      ? (ordered[middle] as number)
      : ((ordered[middle - 1] as number) + (ordered[middle] as number)) / 2
  const cut = 6 * median
  return size.map((r) => {
    if (r <= 0.001 * cut) return 1
    if (r > 0.999 * cut) return 0
    return (1 - (r / cut) ** 2) ** 2
  })
}

function makePeriodic(seasonal: Float64Array, period: number): void {
  for (let phase = 0; phase < period; phase++) {
    let sum = 0
    let count = 0
    for (let i = phase; i < seasonal.length; i += period) {
      sum += seasonal[i] as number
      count++
    }
    for (let i = phase; i < seasonal.length; i += period) seasonal[i] = sum / count
  }
}
