import { fillMissing } from '../decompose/index.ts'
import { detectPeriods } from '../statistics/index.ts'
import { ForecastInputError } from './errors.ts'
import type { Series } from './model.ts'

export interface Prepared {
  readonly series: Series
  /** Power of two that brings the values to about 1, so that 1e300 does not overflow when squared; exact both ways. */
  readonly scale: number
  readonly filled: number
  /** Values before this place were not used. */
  readonly skipped: number
}

/** Beyond this many values the oldest add time, not accuracy. */
const LONGEST_HISTORY = 4000

export interface Question {
  readonly horizon: number
  /** Seasons in steps, as the calendar or the trade knows them; left out, the data are searched for some. */
  readonly periods?: readonly number[]
  readonly exogenous?: readonly Float64Array[]
}

/** Gaps filled, leading gaps cut off, sizes tamed; a named error when there is nothing to forecast from. */
export function prepare(values: Float64Array, { horizon, periods, exogenous = [] }: Question): Prepared {
  if (!(Number.isInteger(horizon) && horizon >= 1))
    throw new ForecastInputError(`horizon must be a whole number of steps, at least 1, got ${horizon}`)
  exogenous.forEach((column, k) => {
    if (column.length !== values.length + horizon)
      throw new ForecastInputError(
        `exogenous input ${k} must cover history and horizon, ${values.length + horizon} values, got ${column.length}`,
      )
    if (!column.every(Number.isFinite)) throw new ForecastInputError(`exogenous input ${k} must be finite throughout`)
  })
  const first = values.findIndex(Number.isFinite)
  if (first < 0)
    throw new ForecastInputError(
      values.length ? 'the series has no finite value' : 'the series is empty: nothing to forecast from',
    )
  const asked = periods ?? detectPeriods(values.slice(-LONGEST_HISTORY)).map(({ length }) => length)
  const usable = [...new Set(asked)]
    .filter((period) => period >= 2 && period < Number.POSITIVE_INFINITY)
    .sort((a, b) => a - b)
  const longest = usable.filter((period) => values.length - first > 2 * period).at(-1) ?? 1
  const skipped = Math.max(first, values.length - Math.max(LONGEST_HISTORY, Math.ceil(3 * longest)))
  const kept = values.slice(skipped)
  const filled = kept.reduce((count, value) => count + (Number.isFinite(value) ? 0 : 1), 0)
  const whole = fillMissing(kept, Math.round(usable[0] ?? 1))
  const largest = whole.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const scale = largest > 0 ? 2 ** Math.max(-1022, Math.min(1023, Math.floor(Math.log2(largest)))) : 1
  const series = {
    values: whole.map((value) => value / scale),
    periods: usable,
    ...(exogenous.length > 0 ? { exogenous: exogenous.map((column) => column.slice(skipped)) } : {}),
  }
  return { series, scale, filled, skipped }
}
