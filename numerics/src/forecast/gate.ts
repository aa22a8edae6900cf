import { type Backtest, backtestError, type ErrorMeasure } from './backtest.ts'

export interface GateAnswer {
  /** Share of the seasonal naive forecast in what is served: 0 open, 1 closed. */
  readonly naiveShare: number
  readonly served: Float64Array
  readonly past: Backtest
  /** Errors in the backtest. */
  readonly ownError: number
  readonly naiveError: number
  readonly servedError: number
}

interface Candidate {
  readonly ahead: Float64Array
  readonly past: Backtest
}

const SHARES = [0, 0.25, 0.5, 0.75, 1]

/**
 * Never serves what did worse than seasonal naive in the backtest: mixes in as little of the naive forecast as brings the
 * error down to the naive one's, and all of it when no mixture does.
 */
export function gate(
  own: Candidate,
  naive: Candidate,
  judge: { values: Float64Array; measure: ErrorMeasure },
): GateAnswer {
  const errorOf = (past: Backtest) => backtestError(past, judge.values, judge.measure)
  const ownError = errorOf(own.past)
  const naiveError = errorOf(naive.past)
  for (const share of SHARES) {
    const mix = (a: Float64Array, b: Float64Array) =>
      a.map((value, h) => (1 - share) * value + share * (b[h] as number))
    const past = {
      origins: own.past.origins,
      forecasts: own.past.forecasts.map((forecast, k) => mix(forecast, naive.past.forecasts[k] as Float64Array)),
    }
    const servedError = errorOf(past)
    if (share < 1 && !(servedError <= naiveError)) continue
    return { naiveShare: share, served: mix(own.ahead, naive.ahead), past, ownError, naiveError, servedError }
  }
  throw new Error('unreachable: the last share always answers')
}
