import { existsSync, readFileSync } from 'node:fs'
import { naturalPeriods } from '@bellwether/numerics/forecast'

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
  /** Seconds between two values where the whole set has one step; otherwise each series states its period. */
  readonly step?: number
  /** What others reached on the whole set, with their source: a half of it scores a little differently. */
  readonly published: string
}

const HOUR = 3600

export const SETS: readonly ForecastSet[] = [
  {
    name: 'm3',
    file: 'm3.json',
    published: 'whole M3 (M3Forecast.rda): Theta 12.76/1.395, ForecastPro 13.06/1.467, Naive2 14.74/1.665',
  },
  {
    name: 'm4-hourly',
    file: 'm4/hourly.json',
    step: HOUR,
    published: 'whole M4 hourly, OWA: Doornik 0.410, Smyl (winner) 0.440, FFORMA 0.484; MSIS: Doornik 6.14, ARIMA 7.54',
  },
  {
    name: 'm4-weekly',
    file: 'm4/weekly.json',
    step: 7 * 24 * HOUR,
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
    periods: set.step === undefined ? (m > 1 ? [m] : []) : naturalPeriods(set.step),
    yardstickLag: m,
  }))
}
