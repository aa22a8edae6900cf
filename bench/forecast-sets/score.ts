import { coverage, type Interval, mase, msis, seasonalNaiveError, smape } from '@bellwether/numerics/forecast'
import type { BenchSeries } from './sets.ts'

export interface Answer {
  readonly mean: Float64Array
  readonly interval?: Interval
}

export interface Score {
  readonly smape: number
  readonly mase: number
  readonly coverage: number
  readonly msis: number
}

/** Mean over the series of each series' own figure, as the M4 averages. */
export function scoreOf(series: readonly BenchSeries[], answers: readonly Answer[]): Score {
  const sums = { smape: 0, mase: 0, coverage: 0, msis: 0 }
  series.forEach(({ values, actual, yardstickLag }, i) => {
    const { mean, interval } = answers[i] as Answer
    const yardstick = seasonalNaiveError(values, yardstickLag)
    sums.smape += smape(actual, mean)
    sums.mase += mase(actual, mean, yardstick)
    sums.coverage += interval ? coverage(actual, interval) : Number.NaN
    sums.msis += interval ? msis(actual, interval, yardstick) : Number.NaN
  })
  const n = series.length
  return { smape: sums.smape / n, mase: sums.mase / n, coverage: sums.coverage / n, msis: sums.msis / n }
}
