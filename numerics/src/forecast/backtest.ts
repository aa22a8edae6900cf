import { type Budget, unlimited } from './budget.ts'
import type { Fitted, Method, Series } from './model.ts'

export interface BacktestOptions {
  readonly horizon: number
  /** Forecast origins at most; they are spread over the latest stretch. */
  readonly origins?: number
}

/** Forecasts made in the past, from nothing but what was known then. */
export interface Backtest {
  /** Number of values known at each forecast, ascending. */
  readonly origins: readonly number[]
  /** One per origin; shorter than the horizon where the history ends. */
  readonly forecasts: readonly Float64Array[]
}

/**
 * Origins a quarter of the horizon apart, so that each hour of the day is judged at each distance; the first leaves at
 * least half of the history (and a season with its successor) to learn from. Empty when the history is too short.
 */
export function originsOf({ values, periods }: Series, { horizon, origins = 16 }: BacktestOptions): number[] {
  const n = values.length
  const stride = Math.max(1, Math.floor(horizon / 4))
  const season = periods.filter((period) => 2 * period + 3 < n - horizon).at(-1) ?? 1
  const earliest = Math.max(5, Math.ceil(n / 2), Math.min(2 * Math.ceil(season) + 3, n - horizon))
  const found: number[] = []
  // short histories have no room for whole horizons everywhere: their latest origins see only the first steps
  const last = n - horizon - earliest >= (origins / 3) * stride ? n - horizon : n - 1
  for (let at = last; at >= earliest && found.length < origins; at -= stride) found.unshift(at)
  return found
}

/** From this many values on, the form chosen at the first origin is kept for the forecast and only its numbers chosen anew. */
const FORM_IS_PLAIN = 200

export interface Tried {
  readonly model: Fitted
  readonly past: Backtest | undefined
}

/**
 * Fits a method for the forecast and, where the history has room, replays it from earlier origins: parameters are chosen at
 * the first origin and kept, only the state moves on, which is cheap and looks at nothing later.
 */
export function fitAndReplay(
  method: Method,
  series: Series,
  { origins, horizon, budget = unlimited }: { origins: readonly number[]; horizon: number; budget?: Budget },
): Tried | undefined {
  const first = origins[0]
  if (first === undefined) {
    const model = method.fit(series, budget)
    return model && { model, past: undefined }
  }
  const early = method.fit({ ...series, values: series.values.slice(0, first) }, budget)
  if (!early) return undefined
  const model = (first >= FORM_IS_PLAIN && early.refit?.(series.values)) || method.fit(series, budget)
  const past = model && replay(early, series.values, { origins, horizon, budget })
  return model && past && { model, past }
}

export function backtest(
  method: Method,
  series: Series,
  origins: readonly number[],
  horizon: number,
): Backtest | undefined {
  const first = origins[0]
  if (first === undefined) return undefined
  const model = method.fit({ ...series, values: series.values.slice(0, first) })
  return model && replay(model, series.values, { origins, horizon, budget: unlimited })
}

/** Undefined when the budget ends on the way: a method judged on fewer origins would not compare. */
function replay(
  model: Fitted,
  values: Float64Array,
  { origins, horizon, budget }: { origins: readonly number[]; horizon: number; budget: Budget },
): Backtest | undefined {
  const forecasts: Float64Array[] = []
  for (const at of origins) {
    if (forecasts.length > 0 && budget.spent()) return undefined
    forecasts.push(model.update(values.slice(0, at)).forecast(Math.min(horizon, values.length - at)))
  }
  return { origins, forecasts }
}

/** Value less forecast, by origin and then by step. */
export function backtestErrors({ origins, forecasts }: Backtest, values: Float64Array): Float64Array {
  return Float64Array.from(
    origins.flatMap((at, k) => Array.from(forecasts[k] ?? [], (forecast, h) => (values[at + h] as number) - forecast)),
  )
}

/**
 * absolute: the mean size of the errors · squared: the root of their mean square. Absolute errors are least for the middle
 * value, which for intermittent demand is 0: there the mean, which fills shelves, must be judged by squares.
 */
export type ErrorMeasure = 'absolute' | 'squared'

/** Error over all origins and steps; NaN without any. */
export function backtestError(past: Backtest, values: Float64Array, measure: ErrorMeasure = 'absolute'): number {
  const errors = backtestErrors(past, values)
  if (errors.length === 0) return Number.NaN
  if (measure === 'squared') return Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length)
  return errors.reduce((sum, error) => sum + Math.abs(error), 0) / errors.length
}
