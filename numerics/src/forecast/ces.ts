// Complex exponential smoothing: Svetunkov, Kourentzes and Ord, Naval Research Logistics 69 (2022). One complex weight
// lets the same form behave as a level or as a trend, so no trend has to be chosen. Seasons are taken out beforehand.
import { nelderMead } from '../optimise/index.ts'
import { type Fitted, type Method, residualDeviation, type Series } from './model.ts'
import { chooseIndices, deseasonalise, isSeasonal, type SeasonIndices } from './seasonality.ts'

export const complexSmoothing: Method = { name: 'complex exponential smoothing', fit: fitCes }

interface CesSettings {
  readonly real: number
  readonly imaginary: number
  readonly season: SeasonIndices | undefined
  readonly period: number
}

function fitCes({ values, periods }: Series): Fitted | undefined {
  if (values.length < 6) return undefined
  const period = periods[0] ?? 1
  const season = isSeasonal(values, period) ? chooseIndices(values, period) : undefined
  const plain = season ? deseasonalise(values, period, season).values : values
  const scale = Math.max(...plain.map(Math.abs)) || 1
  const scaled = plain.map((value) => value / scale)
  const goal = ([a = 1, b = 1]: Float64Array) => (stable(a, b) ? run(scaled, a, b, 0).errors : Number.POSITIVE_INFINITY)
  const { point } = nelderMead(goal, [1.3, 1], {
    lower: [0.01, 0.01],
    upper: [2.5, 1.99],
    steps: [0.2, 0.05],
    maxEvaluations: 150,
    tolerance: 1e-6,
  })
  return cesModel(values, { real: point[0] as number, imaginary: point[1] as number, season, period })
}

/** Both roots of the transition after correction lie inside the unit circle. */
function stable(a: number, b: number): boolean {
  // transition [[1, b−1], [1, 1−a]] less the weights (a−b, a+b) at the observed part
  const t11 = 1 - (a - b)
  const t12 = b - 1
  const t21 = 1 - (a + b)
  const t22 = 1 - a
  const trace = t11 + t22
  const determinant = t11 * t22 - t12 * t21
  return Math.abs(determinant) < 1 && Math.abs(trace) < 1 + determinant
}

function cesModel(values: Float64Array, settings: CesSettings): Fitted {
  const { real, imaginary, season, period } = settings
  const removed = season && deseasonalise(values, period, season)
  const plain = removed?.values ?? values
  const restore = removed?.restore ?? ((rest: Float64Array) => rest)
  const factor = removed?.factor ?? (() => 1)
  const inside = run(plain, real, imaginary, 0).fitted
  const sigma = residualDeviation(plain, inside, 4)
  return {
    name: 'complex exponential smoothing',
    fitted: restore(inside, 0),
    forecast: (horizon) => restore(run(plain, real, imaginary, horizon).ahead, values.length),
    deviations: (horizon) => {
      const weights = impulse(real, imaginary, horizon)
      let spread = 0
      return Float64Array.from({ length: horizon }, (_, h) => {
        const deviation = sigma * factor(values.length + h) * Math.sqrt(1 + spread)
        spread += (weights[h] as number) ** 2
        return deviation
      })
    },
    update: (other) => cesModel(other, settings),
  }
}

/** Effect of one error on the forecasts 1, 2, … steps later. */
function impulse(a: number, b: number, horizon: number): Float64Array {
  let level = a - b
  let potential = a + b
  return Float64Array.from({ length: horizon }, () => {
    const effect = level
    const next = level - (1 - b) * potential
    potential = level + (1 - a) * potential
    level = next
    return effect
  })
}

function run(values: Float64Array, a: number, b: number, horizon: number) {
  const n = values.length
  const fitted = new Float64Array(n)
  const ahead = new Float64Array(horizon)
  let level = 0
  const head = Math.min(n, 10)
  for (let i = 0; i < head; i++) level += (values[i] as number) / head
  let potential = level / 1.1
  let errors = 0
  for (let t = 0; t < n + horizon; t++) {
    const expected = level
    const gap = t < n ? (values[t] as number) - expected : 0
    if (t < n) fitted[t] = expected
    else ahead[t - n] = expected
    if (t < n) errors += gap * gap
    const next = level - (1 - b) * potential + (a - b) * gap
    potential = level + (1 - a) * potential + (a + b) * gap
    level = next
  }
  return { errors, fitted, ahead }
}
