// Theta (Assimakopoulos and Nikolopoulos 2000) as simple exponential smoothing with half the trend's slope (Hyndman and
// Billah 2003), and the optimised, dynamic variants of Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler (2016).
import { nelderMead } from '../optimise/index.ts'
import { type Fitted, type Method, residualDeviation, type Series } from './model.ts'
import { chooseIndices, deseasonalise, isSeasonal, type SeasonIndices } from './seasonality.ts'

interface ThetaParameters {
  readonly level: number
  readonly alpha: number
  readonly theta: number
}

interface ThetaKind {
  /** The trend line is fitted anew at each time, or once over the whole history. */
  readonly dynamic: boolean
  readonly optimised: boolean
}

const NAMES = {
  true: { true: 'dynamic optimised Theta', false: 'dynamic Theta' },
  false: { true: 'optimised Theta', false: 'Theta' },
}

const thetaMethod = (kind: ThetaKind): Method => {
  const name = NAMES[`${kind.dynamic}`][`${kind.optimised}`]
  return { name, fit: (series) => fitTheta(series, kind, name) }
}

export const theta = thetaMethod({ dynamic: false, optimised: false })
export const optimisedTheta = thetaMethod({ dynamic: false, optimised: true })
export const dynamicTheta = thetaMethod({ dynamic: true, optimised: false })
export const dynamicOptimisedTheta = thetaMethod({ dynamic: true, optimised: true })

interface ThetaRun {
  readonly errors: number
  readonly fitted: Float64Array
  readonly ahead: Float64Array
}

function fitTheta({ values, periods }: Series, kind: ThetaKind, name: string): Fitted | undefined {
  if (values.length < 4) return undefined
  const period = periods[0] ?? 1
  const season = isSeasonal(values, period) ? chooseIndices(values, period) : undefined
  const plain = season ? deseasonalise(values, period, season).values : values
  const scale = Math.max(...plain.map(Math.abs)) || 1
  const scaled = plain.map((value) => value / scale)
  const first = scaled[0] as number
  const spread = Math.max(...scaled) - Math.min(...scaled)
  const start = kind.optimised ? [first / 2, 0.5, 2] : [first / 2, 0.5]
  const { point } = nelderMead(
    ([level = 0, alpha = 0, theta = 2]) => run(scaled, { level, alpha, theta }, kind, 0).errors,
    start,
    {
      lower: [first - 10 * spread - 10 * Math.abs(first), 0.01, 1],
      upper: [first + 10 * spread + 10 * Math.abs(first), 0.99, 10],
      steps: [0.1 * Math.abs(first) || 0.1, 0.2, 1],
      maxEvaluations: 250,
      tolerance: 1e-6,
    },
  )
  const parameters = { level: (point[0] as number) * scale, alpha: point[1] as number, theta: point[2] ?? 2 }
  return thetaModel(values, { kind, name, parameters, season, period })
}

interface ThetaSettings {
  kind: ThetaKind
  name: string
  parameters: ThetaParameters
  season: SeasonIndices | undefined
  period: number
}

function thetaModel(values: Float64Array, settings: ThetaSettings): Fitted {
  const { kind, name, parameters, season, period } = settings
  const removed = season && deseasonalise(values, period, season)
  const plain = removed?.values ?? values
  const restore = removed?.restore ?? ((rest: Float64Array) => rest)
  const factor = removed?.factor ?? (() => 1)
  const inside = run(plain, parameters, kind, 0).fitted
  const sigma = residualDeviation(plain, inside, start(kind) + (season ? 1 : 0))
  return {
    name,
    fitted: restore(inside, 0),
    forecast: (horizon) => restore(run(plain, parameters, kind, horizon).ahead, values.length),
    deviations: (horizon) =>
      Float64Array.from(
        { length: horizon },
        (_, h) => sigma * factor(values.length + h) * Math.sqrt(1 + h * parameters.alpha ** 2),
      ),
    update: (other) => thetaModel(other, settings),
  }
}

const start = (kind: ThetaKind) => (kind.optimised ? 4 : 3)

/** Runs the state space form over the history and `horizon` steps on; `errors` sums squares from the third value. */
function run(
  values: Float64Array,
  { level, alpha, theta }: ThetaParameters,
  kind: ThetaKind,
  horizon: number,
): ThetaRun {
  const n = values.length
  const fitted = new Float64Array(n)
  const ahead = new Float64Array(horizon)
  const line = kind.dynamic ? { a: values[0] as number, b: 0 } : wholeLine(values)
  let { a, b } = line
  let mean = values[0] as number
  let decay = 1 // (1 − α)^(t−1) for the value at time t, counted from 1
  let state = level
  let errors = 0
  for (let t = 1; t <= n + horizon; t++) {
    const expected = state + (1 - 1 / theta) * (decay * a + ((1 - decay * (1 - alpha)) / alpha) * b)
    const value = t <= n ? (values[t - 1] as number) : expected
    if (t <= n) fitted[t - 1] = expected
    else ahead[t - n - 1] = expected
    if (t >= 3 && t <= n) errors += (value - expected) ** 2
    state = alpha * value + (1 - alpha) * state
    decay *= 1 - alpha
    if (!kind.dynamic || t === 1) continue
    b = ((t - 2) * b + (6 / t) * (value - mean)) / (t + 1)
    mean = ((t - 1) * mean + value) / t
    a = mean - ((t + 1) / 2) * b
  }
  return { errors, fitted, ahead }
}

/** Least squares line a + b·t over t = 1..n. */
function wholeLine(values: Float64Array): { a: number; b: number } {
  const n = values.length
  let mean = 0
  for (const value of values) mean += value / n
  let cross = 0
  for (let t = 1; t <= n; t++) cross += (t - (n + 1) / 2) * ((values[t - 1] as number) - mean)
  const b = n > 1 ? (12 * cross) / (n * (n * n - 1)) : 0
  return { a: mean - (b * (n + 1)) / 2, b }
}
