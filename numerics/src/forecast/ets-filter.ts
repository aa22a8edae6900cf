// The innovations form of exponential smoothing: Hyndman, Koehler, Ord and Snyder, "Forecasting with Exponential
// Smoothing" (2008), table 2.1. Multiplicative trends are left out: they explode, and R leaves them out as well.

export interface EtsForm {
  readonly error: 'A' | 'M'
  readonly trend: 'N' | 'A' | 'Ad'
  readonly season: 'N' | 'A' | 'M'
}

export interface EtsParameters {
  readonly alpha: number
  readonly beta: number
  readonly gamma: number
  readonly phi: number
}

/** Level, slope and the seasonal indices of the next `period` places, the next one first. */
export interface EtsState {
  level: number
  slope: number
  /** Ring: `season[(origin + k) % period]` belongs to the k-th next place. */
  season: Float64Array
  origin: number
}

export const formName = ({ error, trend, season }: EtsForm) => `ETS(${error},${trend},${season})`

export const copyState = (state: EtsState): EtsState => ({ ...state, season: state.season.slice() })

export interface EtsRun {
  /** Twice the negative log-likelihood but for a constant; infinite where the form leaves its domain. */
  readonly cost: number
  /** Σ of squared errors (relative ones for multiplicative errors). */
  readonly sumOfSquares: number
}

interface Walk {
  form: EtsForm
  parameters: EtsParameters
  state: EtsState
  fitted?: Float64Array
}

/** Walks the state over the values, writing one-step predictions to `fitted` when given. Changes `state`. */
export function runEts(values: Float64Array, walk: Walk): EtsRun {
  const sums = walk.form.season === 'N' ? runPlain(values, walk) : runSeasonal(values, walk)
  const cost = values.length * Math.log(sums.squares) + 2 * sums.logs
  return { cost: Number.isNaN(cost) ? Number.POSITIVE_INFINITY : cost, sumOfSquares: sums.squares }
}

function runPlain(values: Float64Array, { form, parameters, state, fitted }: Walk) {
  const { alpha, beta, phi } = parameters
  const relative = form.error === 'M'
  const trended = form.trend !== 'N'
  let { level, slope } = state
  let squares = 0
  let logs = 0
  for (let i = 0; i < values.length; i++) {
    const expected = trended ? level + phi * slope : level
    if (fitted) fitted[i] = expected
    const gap = (values[i] as number) - expected
    const error = relative ? gap / expected : gap
    squares += error * error
    if (relative) logs += Math.log(Math.abs(expected))
    level = expected + alpha * gap
    if (trended) slope = phi * slope + beta * gap
  }
  state.level = level
  state.slope = slope
  return { squares, logs }
}

function runSeasonal(values: Float64Array, { form, parameters, state, fitted }: Walk) {
  const { alpha, beta, gamma, phi } = parameters
  const { season } = state
  const period = season.length
  const relative = form.error === 'M'
  const times = form.season === 'M'
  let { level, slope, origin } = state
  let squares = 0
  let logs = 0
  for (let i = 0; i < values.length; i++) {
    const base = level + phi * slope // without a trend the slope is 0
    const index = season[origin] as number
    const expected = times ? base * index : base + index
    if (fitted) fitted[i] = expected
    const gap = (values[i] as number) - expected
    const error = relative ? gap / expected : gap
    squares += error * error
    if (relative) logs += Math.log(Math.abs(expected))
    // each part is corrected by the same gap, seen in the units of that part
    const seen = times ? gap / index : gap
    level = base + alpha * seen
    slope = phi * slope + beta * seen
    season[origin] = index + gamma * (times ? gap / base : gap)
    origin = origin + 1 === period ? 0 : origin + 1
  }
  state.level = level
  state.slope = slope
  state.origin = origin
  return { squares, logs }
}

export function etsAhead(form: EtsForm, { phi }: EtsParameters, state: EtsState, horizon: number): Float64Array {
  const { level, slope, season, origin } = state
  let damping = 0
  let power = 1
  return Float64Array.from({ length: horizon }, (_, h) => {
    power *= phi
    damping += power
    const base = form.trend === 'N' ? level : level + damping * slope
    if (season.length === 0) return base
    const index = season[(origin + h) % season.length] as number
    return form.season === 'M' ? base * index : base + index
  })
}

/**
 * Standard error of each step ahead from the additive forms' closed formula (class 1 of the book's table 6.1); for
 * relative errors and seasonal factors it is carried over in proportion to the forecast, which is their first order.
 */
export function etsDeviations(
  form: EtsForm,
  { alpha, beta, gamma, phi }: EtsParameters,
  { sigma, ahead, period }: { sigma: number; ahead: Float64Array; period: number },
): Float64Array {
  let spread = 0
  let damping = 0
  let power = 1
  return ahead.map((mean, h) => {
    const deviation = sigma * Math.sqrt(1 + spread) * (form.error === 'M' ? Math.abs(mean) : 1)
    power *= phi
    damping += power
    const weight =
      alpha + beta * (form.trend === 'N' ? 0 : damping / phi) + (period > 0 && (h + 1) % period === 0 ? gamma : 0)
    spread += weight * weight
    return deviation
  })
}
