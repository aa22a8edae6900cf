import { createMatrix, type Matrix, multiplyVector, ridge } from '../linear-algebra/index.ts'
import { autoArima } from './arima.ts'
import { unlimited } from './budget.ts'
import { fourierTerms } from './calendar.ts'
import { ForecastInputError } from './errors.ts'
import type { Fitted, Method, Series } from './model.ts'

/**
 * Regression on waves of each season, a trend and the caller's columns (calendar, price, campaign …), with ARIMA on what it
 * leaves. Every column counts in units of its own deviation, so that the light penalty treats them alike.
 */
export const regression: Method = {
  name: 'regression',
  fit: (series, budget = unlimited) => {
    const { values } = series
    const plan = columnsFor(series)
    const design = plan && designOf(plan, 0, values.length)
    if (!plan || !design) return undefined
    const weights = ridge(design, values, penalties(design))
    const explained = multiplyVector(design, weights)
    const noise = autoArima.fit(
      { values: values.map((value, i) => value - (explained[i] as number)), periods: [] },
      budget,
    )
    return noise && weights.every(Number.isFinite) ? regressionModel(values, { plan, weights }, noise) : undefined
  },
}

/** Harmonics of each season: more than these follow noise rather than shape. */
const HARMONICS = 6
const PENALTY = 0.01

interface Plan {
  readonly periods: readonly { period: number; order: number }[]
  readonly exogenous: readonly Float64Array[]
  /** Length of the history the trend is measured by. */
  readonly length: number
}

function columnsFor({ values, periods, exogenous = [] }: Series): Plan | undefined {
  const n = values.length
  const fitting = periods.filter((period) => n >= 2 * period)
  // five values a column at least
  const room = Math.floor(n / 5) - 2 - exogenous.length
  if (room < 0) return undefined
  let left = room
  const waves = fitting.map((period) => {
    const order = Math.max(0, Math.min(HARMONICS, Math.floor(period / 2), Math.floor(left / 2)))
    left -= 2 * order
    return { period, order }
  })
  return { periods: waves, exogenous, length: n }
}

/** Constant, trend, waves, exogenous columns for places `from` … `from + count − 1`. */
function designOf({ periods, exogenous, length }: Plan, from: number, count: number): Matrix {
  const columns = [
    new Float64Array(count).fill(1),
    Float64Array.from({ length: count }, (_, i) => (from + i) / length - 0.5),
    ...periods.flatMap(({ period, order }) => fourierTerms(period, order, { from, count })),
    ...exogenous.map((column) => {
      if (column.length < from + count)
        throw new ForecastInputError(`exogenous inputs end after ${column.length} values, ${from + count} are needed`)
      return column.subarray(from, from + count)
    }),
  ]
  const design = createMatrix(count, columns.length)
  columns.forEach((column, j) => {
    for (let i = 0; i < count; i++) design.data[i * columns.length + j] = column[i] as number
  })
  return design
}

/** In proportion to each column's sum of squares; the constant goes free. */
function penalties({ rows, columns, data }: Matrix): Float64Array {
  const penalty = new Float64Array(columns)
  for (let i = 0; i < rows; i++)
    for (let j = 1; j < columns; j++)
      penalty[j] = (penalty[j] as number) + (PENALTY / rows) * (data[i * columns + j] as number) ** 2
  return penalty
}

function regressionModel(values: Float64Array, own: { plan: Plan; weights: Float64Array }, noise: Fitted): Fitted {
  const { plan, weights } = own
  const explain = (from: number, count: number) => multiplyVector(designOf(plan, from, count), weights)
  const inside = explain(0, values.length)
  return {
    name: plan.exogenous.length > 0 ? 'regression with the given influences' : 'regression',
    fitted: inside.map((value, i) => value + (noise.fitted[i] as number)),
    forecast: (horizon) => {
      const rest = noise.forecast(horizon)
      return explain(values.length, horizon).map((value, h) => value + (rest[h] as number))
    },
    deviations: noise.deviations,
    update: (other) => {
      const explained = explain(0, other.length)
      return regressionModel(other, own, noise.update(other.map((value, i) => value - (explained[i] as number))))
    },
  }
}
