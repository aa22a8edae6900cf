import { accountOf } from './account.ts'
import type { Interval } from './accuracy.ts'
import { type Backtest, fitAndReplay, originsOf, type Tried } from './backtest.ts'
import { type Budget, type BudgetOptions, createBudget } from './budget.ts'
import {
  type Combination,
  combination,
  combined,
  combinedDeviations,
  combinedPast,
  type Member,
  memberError,
} from './combine.ts'
import { type GateAnswer, gate } from './gate.ts'
import { type IntervalKind, intervalsOf } from './intervals.ts'
import type { Method, Series } from './model.ts'
import { poolFor } from './pool.ts'
import { type Prepared, prepare, type Question } from './prepare.ts'

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
  /** Mean absolute error in the backtest; NaN when the history was too short for one. */
  readonly error: number
  /** Share in the weighted mean; 0 when left out. */
  readonly weight: number
}

export interface Forecast {
  readonly mean: Float64Array
  readonly intervals: readonly Interval[]
  readonly tried: readonly TriedMethod[]
  readonly gate: Pick<GateAnswer, 'naiveShare' | 'ownError' | 'naiveError' | 'servedError'> | undefined
  /** What was chosen and why, one sentence each. */
  readonly account: readonly string[]
  /** False when the time budget ended before every method was tried. */
  readonly complete: boolean
}

/** The best forecast this package can make within the budget, with intervals, and why it is so. */
export function forecast(values: Float64Array, options: ForecastOptions): Forecast {
  const prepared = prepare(values, options)
  const { series } = prepared
  const budget = createBudget(options)
  const origins = originsOf(series, options)
  const { tried, complete } = tryMethods(series, {
    methods: options.methods ?? poolFor(series),
    origins,
    horizon: options.horizon,
    budget,
  })
  const chosen = combination(tried)
  const gated = passGate(chosen, tried[0] as Member, { series, origins, horizon: options.horizon })
  const mean = gated?.served ?? combined(chosen, ({ model }) => model.forecast(options.horizon))
  const deviations = combinedDeviations(chosen, options.horizon)
  const raw = intervalsOf(
    { values: series.values, mean, past: gated?.past, deviations },
    options.levels ?? [0.95],
    options.intervals ?? 'blended',
  )
  const restore = restored(prepared, options.bounds ?? {})
  return {
    mean: restore(mean),
    intervals: raw.map(({ level, lower, upper }) => ({ level, lower: restore(lower), upper: restore(upper) })),
    tried: tried.map(({ name, error }) => ({
      name,
      error: error * prepared.scale,
      weight: chosen.weights[chosen.members.findIndex((member) => member.name === name)] ?? 0,
    })),
    gate: gated && {
      naiveShare: gated.naiveShare,
      ownError: gated.ownError * prepared.scale,
      naiveError: gated.naiveError * prepared.scale,
      servedError: gated.servedError * prepared.scale,
    },
    account: accountOf({ prepared, chosen, gated, complete, options, origins }),
    complete,
  }
}

interface Trial {
  methods: readonly Method[]
  origins: readonly number[]
  horizon: number
  budget: Budget
}

/** Fits each method twice: at the first origin for the backtest, and on the whole history for the forecast. */
function tryMethods(
  series: Series,
  { methods, origins, horizon, budget }: Trial,
): { tried: Member[]; complete: boolean } {
  const tried: Member[] = []
  for (const method of methods) {
    // the first, a naive one, is always tried: it costs nothing and there must be an answer
    if (tried.length > 0 && budget.spent()) return { tried, complete: false }
    const found = fitAndReplay(method, series, { origins, horizon, budget })
    if (!found || !staysFinite(found, horizon)) continue
    tried.push({ name: found.model.name, ...found, error: memberError(found.past, series.values) })
  }
  return { tried, complete: !budget.spent() }
}

function staysFinite({ model, past }: Tried, horizon: number): boolean {
  const forecasts = [model.forecast(horizon), ...(past?.forecasts ?? [])]
  return forecasts.every((one) => one.every(Number.isFinite))
}

function passGate(
  chosen: Combination,
  naive: Member,
  { series, origins, horizon }: { series: Series; origins: readonly number[]; horizon: number },
): GateAnswer | undefined {
  if (origins.length === 0 || !naive.past) return undefined
  const own: { ahead: Float64Array; past: Backtest } = {
    ahead: combined(chosen, ({ model }) => model.forecast(horizon)),
    past: combinedPast(chosen, origins),
  }
  return gate(own, naive, naive.model.forecast(horizon), series.values)
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
