// Exponential smoothing with two nested seasons and an autoregressive correction: Taylor, JORS 54 (2003).
import { nelderMead } from '../optimise/index.ts'
import { type Fitted, type Method, residualDeviation, type Series } from './model.ts'

export const doubleSeasonal: Method = { name: 'double seasonal smoothing', fit }

type Weights = Float64Array

function fit({ values, periods }: Series): Fitted | undefined {
  const [short, long] = periods
  if (short === undefined || long === undefined || values.length < 2 * long + 2) return undefined
  const goal = (x: Float64Array) => run(values, [short, long], x, 0).errors
  const { point } = nelderMead(goal, [0.1, 0.1, 0.2, 0.7], {
    lower: [0, 0, 0, 0],
    upper: [0.99, 0.99, 0.99, 0.99],
    steps: [0.1, 0.1, 0.2, -0.2],
    maxEvaluations: 200,
    tolerance: 1e-5,
  })
  return model(values, [short, long], point)
}

function model(values: Float64Array, periods: [number, number], weights: Weights): Fitted {
  const { fitted } = run(values, periods, weights, 0)
  const sigma = residualDeviation(values, fitted, 4)
  const [alpha = 0, , , phi = 0] = weights
  return {
    name: 'double seasonal smoothing',
    fitted,
    forecast: (horizon) => run(values, periods, weights, horizon).ahead,
    deviations: (horizon) => {
      let spread = 0
      let power = 1
      return Float64Array.from({ length: horizon }, () => {
        const deviation = sigma * Math.sqrt(1 + spread)
        power *= phi
        spread += (alpha + power) ** 2
        return deviation
      })
    },
    update: (other) => model(other, periods, weights),
  }
}

function run(values: Float64Array, [short, long]: [number, number], weights: Weights, horizon: number) {
  const [alpha = 0, delta = 0, omega = 0, phi = 0] = weights
  const n = values.length
  const fitted = new Float64Array(n)
  const ahead = new Float64Array(horizon)
  let { level, day, week } = start(values, short, long)
  let last = 0 // the latest error before the autoregressive correction
  let errors = 0
  for (let t = 0; t < n + horizon; t++) {
    const i = t % short
    const j = t % long
    const base = level + (day[i] as number) + (week[j] as number)
    const expected = base + phi * last
    if (t >= n) {
      ahead[t - n] = expected
      last *= phi
      continue
    }
    fitted[t] = expected
    const gap = (values[t] as number) - expected
    if (t >= long) errors += gap * gap
    last = (values[t] as number) - base
    level += alpha * gap
    day[i] = (day[i] as number) + delta * gap
    week[j] = (week[j] as number) + omega * gap
  }
  return { errors, fitted, ahead }
}

/** Level, day and rest-of-week profile of the first two long cycles. */
function start(values: Float64Array, short: number, long: number) {
  let level = 0
  const count = 2 * long
  for (let i = 0; i < count; i++) level += (values[i] as number) / count
  const day = new Float64Array(short)
  const seen = new Float64Array(short)
  for (let i = 0; i < count; i++) {
    day[i % short] = (day[i % short] as number) + (values[i] as number) - level
    seen[i % short] = (seen[i % short] as number) + 1
  }
  for (let i = 0; i < short; i++) day[i] = (day[i] as number) / (seen[i] as number)
  const week = new Float64Array(long)
  for (let i = 0; i < count; i++)
    week[i % long] = (week[i % long] as number) + ((values[i] as number) - level - (day[i % short] as number)) / 2
  return { level, day, week }
}
