import { believable, judgeNormal, judgeNothing } from '../band.ts'
import { type Method, requireOption } from '../face.ts'

export interface ArimaResidualOptions {
  /** Values looked back on, differences taken (0…2), errors looked back on. */
  p: number
  d: number
  q: number
  /** Share of what was learned that is kept at each point. */
  keep: number
}

const COUNT = 0
const VARIANCE = 1
const STATE = 2
/** Prior variance of the coefficients: nothing is known of them. */
const IGNORANCE = 100

const width = ({ p, q }: ArimaResidualOptions) => p + q + 1

/**
 * ARIMA(p, d, q) whose coefficients are learned point by point by recursive extended least squares (Ljung and Söderström
 * 1983): O((p + q)²) a point, no refits. Judged is the error of the forecast one step ahead.
 */
export const ARIMA_RESIDUAL: Method<ArimaResidualOptions> = {
  name: 'arima-residual',
  defaults: { p: 3, d: 1, q: 1, keep: 0.998 },
  check({ p, d, q, keep }) {
    const whole = [p, d, q].every((order) => Number.isInteger(order) && order >= 0)
    requireOption(
      whole && p <= 50 && d <= 2 && q <= 20,
      `orders must be whole, p ≤ 50, d ≤ 2, q ≤ 20: ${p}, ${d}, ${q}`,
    )
    requireOption(keep > 0.5 && keep <= 1, `keep must be in (0.5, 1], got ${keep}`)
  },
  // Scale and last two raw values, then regressors (differences, errors, 1), coefficients and their covariance.
  size: (options) => STATE + 3 + 2 * width(options) + width(options) ** 2,
  begin(memory, options) {
    const k = width(options)
    for (let i = 0; i < k; i++) memory[STATE + 3 + 2 * k + i * k + i] = IGNORANCE
    memory[STATE + 3 + k - 1] = 1
  },
  step(memory, options, { input }, out) {
    const n = memory[COUNT] as number
    const k = width(options)
    const warmUp = Math.max(20, 3 * k)
    const before = memory[STATE + 1] as number
    const earlier = memory[STATE + 2] as number
    const base = options.d === 0 ? 0 : options.d === 1 ? before : 2 * before - earlier
    memory[COUNT] = n + 1
    memory[STATE + 1] = input
    memory[STATE + 2] = before
    if (n < options.d) return judgeNothing(out, input)
    // Recursive least squares starts from a prior in the data's own unit.
    const unit = (memory[STATE] as number) || Math.abs(input - base) || 1
    if (memory[STATE] === 0 && input !== base) memory[STATE] = unit
    const regressors = memory.subarray(STATE + 3, STATE + 3 + k)
    const coefficients = memory.subarray(STATE + 3 + k, STATE + 3 + 2 * k)
    let forecast = 0
    for (let i = 0; i < k; i++) forecast += (regressors[i] as number) * (coefficients[i] as number)
    const expected = base + forecast * unit
    const deviation = Math.sqrt(memory[VARIANCE] as number)
    if (n < warmUp) judgeNothing(out, expected)
    else judgeNormal(out, input, expected, deviation)
    const learned = n < warmUp ? input : believable(input, expected, deviation)
    const error = (learned - expected) / unit
    learnCoefficients(memory, options, error)
    remember(regressors, options, (learned - base) / unit, error)
    const gain = Math.max(0.01, 1 / (n + 1))
    memory[VARIANCE] = (memory[VARIANCE] as number) + gain * ((learned - expected) ** 2 - (memory[VARIANCE] as number))
  },
}

function learnCoefficients(memory: Float64Array, options: ArimaResidualOptions, error: number): void {
  const k = width(options)
  const x = memory.subarray(STATE + 3, STATE + 3 + k)
  const theta = memory.subarray(STATE + 3 + k, STATE + 3 + 2 * k)
  const covariance = memory.subarray(STATE + 3 + 2 * k)
  const gain = new Float64Array(k)
  let denominator = options.keep
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) gain[i] = (gain[i] as number) + (covariance[i * k + j] as number) * (x[j] as number)
    denominator += (gain[i] as number) * (x[i] as number)
  }
  for (let i = 0; i < k; i++) {
    theta[i] = (theta[i] as number) + ((gain[i] as number) / denominator) * error
    for (let j = 0; j <= i; j++) {
      const value = (covariance[i * k + j] as number) - ((gain[i] as number) * (gain[j] as number)) / denominator
      // Forgetting inflates directions that are never excited; ignorance is the most one can have.
      const kept = Math.min(Math.max(value / options.keep, -IGNORANCE), IGNORANCE)
      covariance[i * k + j] = kept
      covariance[j * k + i] = kept
    }
  }
}

/** Newest difference first among p, newest error first among q, the constant stays last. */
function remember(x: Float64Array, { p, q }: ArimaResidualOptions, difference: number, error: number): void {
  x.copyWithin(1, 0, Math.max(0, p - 1))
  if (p > 0) x[0] = difference
  if (q === 0) return
  x.copyWithin(p + 1, p, p + q - 1)
  x[p] = error
}
