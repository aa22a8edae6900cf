import { mstl } from '../decompose/index.ts'
import type { Fitted, Method, Series } from './model.ts'

/** Forecasts what MSTL leaves without seasons by another method, and puts each season's last cycle back on. */
export const withSeasonsRemoved = (inner: Method, name: string): Method => ({
  name,
  fit: (series) => fit(series, inner, name),
})

function fit({ values, periods }: Series, inner: Method, name: string): Fitted | undefined {
  const fitting = periods.filter((period) => Number.isInteger(period) && values.length >= 2 * period + 3)
  if (fitting.length === 0) return undefined
  const seasons = split(values, fitting)
  const model = inner.fit({ values: seasons.adjusted, periods: [] })
  return model && compose(values, seasons, { model, name, periods: fitting })
}

interface Seasons {
  adjusted: Float64Array
  ahead: (horizon: number) => Float64Array
}

function split(values: Float64Array, periods: readonly number[]): Seasons {
  const parts = mstl(values, { periods })
  const adjusted = values.slice()
  for (const seasonal of parts.seasonals)
    for (let i = 0; i < adjusted.length; i++) adjusted[i] = (adjusted[i] as number) - (seasonal[i] as number)
  const n = values.length
  const ahead = (horizon: number) =>
    Float64Array.from({ length: horizon }, (_, h) => {
      let sum = 0
      parts.seasonals.forEach((seasonal, k) => {
        const period = parts.periods[k] as number
        sum += seasonal[n - period + (h % period)] as number
      })
      return sum
    })
  return { adjusted, ahead }
}

function compose(
  values: Float64Array,
  { adjusted, ahead }: Seasons,
  { model, name, periods }: { model: Fitted; name: string; periods: readonly number[] },
): Fitted {
  return {
    name: `${name} of ${model.name}`,
    fitted: model.fitted.map((value, i) => value + (values[i] as number) - (adjusted[i] as number)),
    forecast: (horizon) => {
      const season = ahead(horizon)
      return model.forecast(horizon).map((value, h) => value + (season[h] as number))
    },
    deviations: model.deviations,
    update: (other) => {
      const seasons = split(other, periods)
      return compose(other, seasons, { model: model.update(seasons.adjusted), name, periods })
    },
  }
}
