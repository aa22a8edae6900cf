import type { Budget } from './budget.ts'

/** A series to forecast: equally spaced, finite values, oldest first. */
export interface Series {
  readonly values: Float64Array
  /** Seasonal periods, shortest first (24 and 168 for hours); empty when there is none. */
  readonly periods: readonly number[]
  /** Known influences, one column each over the history and the horizon after it. */
  readonly exogenous?: readonly Float64Array[]
}

/** A model with its parameters chosen. */
export interface Fitted {
  /** Short and stable, for logs and for people: `ETS(A,Ad,N)`. */
  readonly name: string
  /** One-step predictions of the history; NaN where the model had none yet. */
  readonly fitted: Float64Array
  readonly forecast: (horizon: number) => Float64Array
  /** Standard error of each step ahead as the model sees it. */
  readonly deviations: (horizon: number) => Float64Array
  /** The same parameters over another stretch of the same series: cheap, for backtests and fresh values. */
  readonly update: (values: Float64Array) => Fitted
  /** The same form with its parameters chosen anew; absent where choosing the form costs no more. */
  readonly refit?: (values: Float64Array) => Fitted | undefined
}

export interface Method {
  readonly name: string
  /** Undefined when the series is too short or unfit for this method. */
  readonly fit: (series: Series, budget?: Budget) => Fitted | undefined
}

/** Root of the mean squared one-step error, counted over the places where a prediction stood. */
export function residualDeviation(values: Float64Array, fitted: Float64Array, parameters: number): number {
  let sum = 0
  let count = 0
  for (let i = 0; i < values.length; i++) {
    const residual = (values[i] as number) - (fitted[i] as number)
    if (Number.isNaN(residual)) continue
    sum += residual * residual
    count++
  }
  return count > 0 ? Math.sqrt(sum / Math.max(1, count - parameters)) : 0
}
