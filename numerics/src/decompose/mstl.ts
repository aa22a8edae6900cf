// Several seasons at once: Bandara, Hyndman and Bergmeir, "MSTL" (2021): STL for each period in turn, repeated.
import { loess } from './loess.ts'
import { stl } from './stl.ts'

export interface MstlOptions {
  readonly periods: readonly number[]
  /** One span per period, shortest period first; default 7, 11, 15 … cycles as in R's `mstl`. */
  readonly seasonalSpans?: readonly (number | 'periodic')[]
  readonly robust?: boolean
  readonly passes?: number
}

export interface MstlParts {
  /** Periods that the series was long enough for, ascending. */
  readonly periods: readonly number[]
  readonly seasonals: readonly Float64Array[]
  readonly trend: Float64Array
  readonly remainder: Float64Array
}

/** Periods that do not fit twice are left out; with none left the trend alone is smoothed. */
export function mstl(values: Float64Array, options: MstlOptions): MstlParts {
  const n = values.length
  const periods = [...new Set(options.periods)].filter((p) => p >= 2 && n >= 2 * p).sort((a, b) => a - b)
  if (periods.length === 0) {
    const trend = loess(values, { span: Math.max(7, Math.ceil(n / 3)), degree: 1 })
    return { periods, seasonals: [], trend, remainder: values.map((value, i) => value - (trend[i] as number)) }
  }
  const seasonals = periods.map(() => new Float64Array(n))
  const rest = values.slice()
  let trend = new Float64Array(n)
  const passes = periods.length === 1 ? 1 : (options.passes ?? 2)
  for (let pass = 0; pass < passes; pass++)
    periods.forEach((period, k) => {
      const own = seasonals[k] as Float64Array
      for (let i = 0; i < n; i++) rest[i] = (rest[i] as number) + (own[i] as number)
      const seasonalSpan = options.seasonalSpans?.[k] ?? 7 + 4 * k
      const parts = stl(rest, { period, seasonalSpan, robust: options.robust ?? false })
      own.set(parts.seasonal)
      trend = parts.trend as Float64Array<ArrayBuffer>
      for (let i = 0; i < n; i++) rest[i] = (rest[i] as number) - (own[i] as number)
    })
  return { periods, seasonals, trend, remainder: rest.map((value, i) => value - (trend[i] as number)) }
}
