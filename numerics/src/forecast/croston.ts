// Intermittent demand: Croston (1972) with the correction of Syntetos and Boylan (2005), and the method of Teunter,
// Syntetos and Babai (2011), whose rate also falls while nothing is sold.
import { nelderMead } from '../optimise/index.ts'
import { type Fitted, type Method, residualDeviation } from './model.ts'

type Rate = (values: Float64Array, weights: ArrayLike<number>) => { fitted: Float64Array; rate: number }

const rateMethod = (name: string, rate: Rate): Method => ({
  name,
  fit: ({ values }) => {
    if (values.length < 4 || values.some((value) => value < 0) || values.filter((value) => value > 0).length < 2)
      return undefined
    const goal = (x: Float64Array) => residualDeviation(values, rate(values, x).fitted, 0)
    const { point } = nelderMead(goal, [0.1, 0.1], {
      lower: [0.01, 0.01],
      upper: [0.5, 0.5],
      steps: [0.1, 0.1],
      maxEvaluations: 80,
    })
    return rateModel(values, { name, rate, weights: point })
  },
})

export const croston = rateMethod('Croston', crostonRate)
export const teunter = rateMethod('TSB', teunterRate)

interface RateSettings {
  name: string
  rate: Rate
  weights: Float64Array
}

function rateModel(values: Float64Array, settings: RateSettings): Fitted {
  const { fitted, rate } = settings.rate(values, settings.weights)
  const sigma = residualDeviation(values, fitted, 2)
  const alpha = settings.weights[0] as number
  return {
    name: settings.name,
    fitted,
    forecast: (horizon) => new Float64Array(horizon).fill(rate),
    deviations: (horizon) => Float64Array.from({ length: horizon }, (_, h) => sigma * Math.sqrt(1 + h * alpha * alpha)),
    update: (other) => rateModel(other, settings),
  }
}

/** Size of a demand over the time between demands, less the bias that smoothing the divisor brings. */
export function crostonRate(values: Float64Array, weights: ArrayLike<number>): { fitted: Float64Array; rate: number } {
  const [alpha, beta] = [weights[0] as number, weights[1] as number]
  const first = values.findIndex((value) => value !== 0)
  const fitted = new Float64Array(values.length).fill(Number.NaN)
  if (first < 0) return { fitted: fitted.fill(0), rate: 0 }
  let size = values[first] as number
  let gap = first + 1
  let since = 0
  const rate = () => ((1 - beta / 2) * size) / gap
  for (let t = first + 1; t < values.length; t++) {
    fitted[t] = rate()
    since++
    const value = values[t] as number
    if (value === 0) continue
    size += alpha * (value - size)
    gap += beta * (since - gap)
    since = 0
  }
  return { fitted, rate: rate() }
}

export function teunterRate(values: Float64Array, weights: ArrayLike<number>): { fitted: Float64Array; rate: number } {
  const [alpha, beta] = [weights[0] as number, weights[1] as number]
  const demands = values.filter((value) => value !== 0)
  let size = demands[0] ?? 0
  let probability = demands.length / Math.max(1, values.length)
  const fitted = values.map((value) => {
    const expected = probability * size
    if (value === 0) probability -= beta * probability
    else {
      probability += beta * (1 - probability)
      size += alpha * (value - size)
    }
    return expected
  })
  return { fitted, rate: probability * size }
}

/** Demand counts as intermittent when at least this share of its values is 0 (a mean gap of 1.32 periods: Syntetos, 2005). */
export function isIntermittent(values: Float64Array): boolean {
  const demands = values.filter((value) => value !== 0).length
  return demands > 1 && values.length / demands > 1.32 && values.every((value) => value >= 0)
}
