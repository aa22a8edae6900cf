import { accountOf } from './account.ts'
import type { Interval } from './accuracy.ts'
import { backtestErrors } from './backtest.ts'
import { type BudgetOptions, createBudget } from './budget.ts'
import { type Combination, combination, combined, combinedDeviations, combinedPast } from './combine.ts'
import { type GateAnswer, gate } from './gate.ts'
import { type IntervalKind, intervalsOf } from './intervals.ts'
import type { Method, Series } from './model.ts'
import { poolFor } from './pool.ts'
import { type Prepared, prepare, type Question } from './prepare.ts'
import { type Trial, tryMethods } from './trial.ts'

export interface ForecastOptions extends Question, BudgetOptions {
  /** Probabilities of the intervals; default 0.95 alone. */
  readonly levels?: readonly number[]
  readonly intervals?: IntervalKind
  /** What to combine instead of the pool for a series of this nature; the seasonal naive is always there as yardstick. */
  readonly methods?: readonly Method[]
  /** Values that cannot occur, such as below 0 for counts. */
  readonly bounds?: { readonly lower?: number; readonly upper?: number }
}

export interface TriedMethod {
  readonly name: string
  /** Mean absolute error in the backtest, root mean squared for intermittent demand; NaN when the history is too short. */
  readonly error: number
  /** Share in the weighted mean; 0 when left out. */
  readonly weight: number
}

export interface Forecast {
  readonly mean: Float64Array
  readonly intervals: readonly Interval[]
  readonly tried: readonly TriedMethod[]
  readonly gate: Pick<GateAnswer, 'naiveShare' | 'ownError' | 'naiveError' | 'servedError'> | undefined
  /** Value less forecast in the backtest of what is served, by origin and step: series of one length line up, for hierarchies. */
  readonly pastErrors: Float64Array
  /** What was chosen and why, one sentence each. */
  readonly account: readonly string[]
  /** False when the time budget ended before every method was tried. */
  readonly complete: boolean
}

/** The best forecast this package can make within the budget, with intervals, and why it is so. */
export function forecast(values: Float64Array, options: ForecastOptions): Forecast {
  const { horizon } = options
  const prepared = prepare(values, options)
  const { series, scale } = prepared
  const methods = options.methods ?? poolFor(series)
  const trial = tryMethods(series, { methods, horizon, budget: createBudget(options) })
  const chosen = combination(trial.candidates)
  const gated = passGate(chosen, trial, { series, horizon })
  const mean = gated?.served ?? combined(chosen, ({ model }) => model.forecast(horizon))
  const source = { values: series.values, mean, past: gated?.past, deviations: combinedDeviations(chosen, horizon) }
  const restore = restored(prepared, options.bounds ?? {})
  return {
    mean: restore(mean),
    intervals: intervalsOf(source, options.levels ?? [0.95], options.intervals ?? 'blended').map(
      ({ level, lower, upper }) => ({ level, lower: restore(lower), upper: restore(upper) }),
    ),
    tried: trial.candidates.map((member) => ({
      name: member.name,
      error: member.error * scale,
      weight: chosen.weights[chosen.members.indexOf(member)] ?? 0,
    })),
    gate: gated && {
      naiveShare: gated.naiveShare,
      ownError: gated.ownError * scale,
      naiveError: gated.naiveError * scale,
      servedError: gated.servedError * scale,
    },
    pastErrors: gated ? backtestErrors(gated.past, series.values).map((error) => error * scale) : new Float64Array(0),
    account: accountOf({ prepared, chosen, gated, options, trial }),
    complete: trial.complete,
  }
}

function passGate(
  chosen: Combination,
  { yardstick, origins, measure }: Trial,
  { series, horizon }: { series: Series; horizon: number },
): GateAnswer | undefined {
  if (origins.length === 0 || !yardstick.past) return undefined
  const ahead = combined(chosen, ({ model }) => model.forecast(horizon))
  const naive = { ahead: yardstick.model.forecast(horizon), past: yardstick.past }
  return gate({ ahead, past: combinedPast(chosen, origins) }, naive, { values: series.values, measure })
}

/** Back to the caller's units, inside what can occur and inside what a number can hold. */
function restored(
  { scale }: Prepared,
  { lower = Number.NEGATIVE_INFINITY, upper = Number.POSITIVE_INFINITY }: { lower?: number; upper?: number },
) {
  const low = Math.max(lower, -Number.MAX_VALUE)
  const high = Math.min(upper, Number.MAX_VALUE)
  return (values: Float64Array) => values.map((value) => Math.max(low, Math.min(high, value * scale)))
}
