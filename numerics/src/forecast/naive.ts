import { type Fitted, type Method, residualDeviation } from './model.ts'
import { deseasonalise, isSeasonal } from './seasonality.ts'

/** The last value, for ever. */
export const naive: Method = { name: 'naive', fit: ({ values }) => fitLagged(values, 1, 'naive') }

/** The value one season ago; without a season that fits, the last value. */
export const seasonalNaive: Method = {
  name: 'seasonal naive',
  fit: ({ values, periods }) => fitLagged(values, longestFitting(periods.slice(0, 1), values.length), 'seasonal naive'),
}

/** The value one longest season ago: a week for hours. */
export const longSeasonalNaive: Method = {
  name: 'long seasonal naive',
  fit: ({ values, periods }) =>
    periods.length > 1 ? fitLagged(values, longestFitting(periods, values.length), 'long seasonal naive') : undefined,
}

function longestFitting(periods: readonly number[], length: number): number {
  let lag = 1
  for (const period of periods) if (Number.isInteger(period) && period > lag && period < length) lag = period
  return lag
}

function fitLagged(values: Float64Array, lag: number, name: string): Fitted | undefined {
  const n = values.length
  if (n === 0) return undefined
  const fitted = values.map((_, i) => (i >= lag ? (values[i - lag] as number) : Number.NaN))
  const sigma = residualDeviation(values, fitted, 0)
  const forecast = (horizon: number) =>
    Float64Array.from({ length: horizon }, (_, h) => values[n - lag + (h % lag)] as number)
  const deviations = (horizon: number) =>
    Float64Array.from({ length: horizon }, (_, h) => sigma * Math.sqrt(Math.floor(h / lag) + 1))
  return { name, fitted, forecast, deviations, update: (other) => fitLagged(other, lag, name) as Fitted }
}

/** The last value with the season put back, where a season shows: the reference of the M4's OWA. */
export const naive2: Method = {
  name: 'naive 2',
  fit: ({ values, periods }) => fitAdjusted(values, periods[0] ?? 1),
}

function fitAdjusted(values: Float64Array, period: number): Fitted | undefined {
  if (!isSeasonal(values, period)) return fitLagged(values, 1, 'naive 2')
  const season = deseasonalise(values, period)
  const plain = fitLagged(season.values, 1, 'naive 2') as Fitted
  return {
    name: 'naive 2',
    fitted: season.restore(plain.fitted, 0),
    forecast: (horizon) => season.restore(plain.forecast(horizon), values.length),
    deviations: (horizon) => plain.deviations(horizon).map((d, h) => d * season.factor(values.length + h)),
    update: (other) => fitAdjusted(other, period) as Fitted,
  }
}

/** The line through the first and the last value. */
export const drift: Method = { name: 'drift', fit: ({ values }) => fitDrift(values) }

function fitDrift(values: Float64Array): Fitted | undefined {
  const n = values.length
  if (n < 2) return undefined
  const last = values[n - 1] as number
  const slope = (last - (values[0] as number)) / (n - 1)
  const fitted = values.map((_, i) => (i > 0 ? (values[i - 1] as number) + slope : Number.NaN))
  const sigma = residualDeviation(values, fitted, 1)
  return {
    name: 'drift',
    fitted,
    forecast: (horizon) => Float64Array.from({ length: horizon }, (_, h) => last + slope * (h + 1)),
    deviations: (horizon) =>
      Float64Array.from({ length: horizon }, (_, h) => sigma * Math.sqrt((h + 1) * (1 + (h + 1) / (n - 1)))),
    update: (other) => fitDrift(other) as Fitted,
  }
}
