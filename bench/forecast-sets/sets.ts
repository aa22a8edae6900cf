import { existsSync, readFileSync } from 'node:fs'
import { naturalPeriods } from '@bellwether/numerics/forecast'
import { detectPeriods } from '@bellwether/numerics/statistics'

export interface BenchSeries {
  readonly id: string
  readonly group: string
  readonly values: Float64Array
  readonly actual: Float64Array
  readonly periods: readonly number[]
  /** Lag of the seasonal naive error that MASE and MSIS are scaled by. */
  readonly yardstickLag: number
}

export interface ForecastSet {
  readonly name: string
  readonly file: string
  /** What others reached on the whole set, with their source: a half of it scores a little differently. */
  readonly published: string
}

const DAY = 86_400

export const SETS: readonly ForecastSet[] = [
  {
    name: 'm3',
    file: 'm3.json',
    published: 'whole M3 (M3Forecast.rda): Theta 12.76/1.395, ForecastPro 13.06/1.467, Naive2 14.74/1.665',
  },
  {
    name: 'm4-hourly',
    file: 'm4/hourly.json',
    published: 'whole M4 hourly, OWA: Doornik 0.410, Smyl (winner) 0.440, FFORMA 0.484; MSIS: Doornik 6.14, ARIMA 7.54',
  },
  {
    name: 'm4-weekly',
    file: 'm4/weekly.json',
    published:
      'whole M4 weekly, OWA: Forecast Pro 0.739, Petropoulos 0.751, Smyl (winner) 0.851; MSIS: best 16.2, ARIMA 19.6',
  },
]

interface Raw {
  id: string
  period?: string
  m: number
  x: number[]
  xx: number[]
}

/** The set's series, or undefined when the data folder does not have it. */
export function readSet(folder: string, set: ForecastSet): BenchSeries[] | undefined {
  const path = `${folder}/${set.file}`
  if (!existsSync(path)) return undefined
  const raw = JSON.parse(readFileSync(path, 'utf8')) as Raw[]
  return raw.map(({ id, period, m, x, xx }) => ({
    id,
    group: period ?? set.name,
    values: Float64Array.from(x),
    actual: Float64Array.from(xx),
    periods: periodsOf(m, Float64Array.from(x)),
    yardstickLag: m,
  }))
}

/**
 * Seasons by what the series itself states, never by the name of its file: a stated season of 24 steps or more is a day,
 * which lies within a week; a shorter one stands alone; where none is stated one is searched for in the values.
 */
const periodsOf = (m: number, values: Float64Array): number[] => {
  if (m >= 24) return naturalPeriods(DAY / m)
  return m > 1 ? [m] : detectPeriods(values).map(({ length }) => length)
}
