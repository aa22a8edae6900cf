import { backtestError, type ErrorMeasure, fitAndReplay, originsOf, type Tried } from './backtest.ts'
import { type Budget, unlimited } from './budget.ts'
import type { Member } from './combine.ts'
import { isIntermittent } from './croston.ts'
import type { Method, Series } from './model.ts'
import { naive, seasonalNaive } from './naive.ts'

export interface Trial {
  /** Everything that may enter the combination, in the order tried. */
  readonly candidates: readonly Member[]
  /** The seasonal naive forecast, against which the gate measures. */
  readonly yardstick: Member
  readonly origins: readonly number[]
  readonly measure: ErrorMeasure
  /** False when the budget ended first. */
  readonly complete: boolean
}

/** Fits each method at the first origin for the backtest and on the whole history for the forecast. */
export function tryMethods(
  series: Series,
  { methods, horizon, budget }: { methods: readonly Method[]; horizon: number; budget: Budget },
): Trial {
  const origins = originsOf(series, { horizon })
  const measure: ErrorMeasure = isIntermittent(series.values) ? 'squared' : 'absolute'
  const attempt = (method: Method, within: Budget = budget): Member | undefined => {
    const found = fitAndReplay(method, series, { origins, horizon, budget: within })
    if (!found || !staysFinite(found, horizon)) return undefined
    return {
      name: found.model.name,
      ...found,
      error: found.past ? backtestError(found.past, series.values, measure) : Number.NaN,
    }
  }
  // costs nothing, and there must be an answer whatever the budget
  const yardstick = (attempt(seasonalNaive, unlimited) ?? attempt(naive, unlimited)) as Member
  const candidates: Member[] = []
  let complete = true
  for (const method of methods) {
    if (method !== seasonalNaive && budget.spent()) {
      complete = false
      break
    }
    const member = method === seasonalNaive ? yardstick : attempt(method)
    if (member) candidates.push(member)
  }
  return {
    candidates: candidates.length > 0 ? candidates : [yardstick],
    yardstick,
    origins,
    measure,
    complete: complete && !budget.spent(),
  }
}

function staysFinite({ model, past }: Tried, horizon: number): boolean {
  const forecasts = [model.forecast(horizon), ...(past?.forecasts ?? [])]
  return forecasts.every((one) => one.every(Number.isFinite))
}
