import { nelderMead } from '../optimise/index.ts'
import { unlimited } from './budget.ts'
import {
  copyState,
  type EtsForm,
  type EtsParameters,
  type EtsState,
  etsAhead,
  etsDeviations,
  formName,
  runEts,
} from './ets-filter.ts'
import { firstState } from './ets-start.ts'
import type { Fitted, Method, Series } from './model.ts'

interface EtsFit {
  readonly form: EtsForm
  readonly period: number
  readonly parameters: EtsParameters
  readonly start: EtsState
  readonly criterion: number
  readonly freedom: number
}

/** Exponential smoothing in the given form. */
export const etsOf = (form: EtsForm, name = formName(form)): Method => ({
  name,
  fit: ({ values, periods }) => {
    const fit = fitForm(values, form, form.season === 'N' ? 1 : (periods[0] ?? 1))
    return fit && etsModel(values, fit, name)
  },
})

export const simpleSmoothing = etsOf({ error: 'A', trend: 'N', season: 'N' }, 'simple exponential smoothing')
export const holt = etsOf({ error: 'A', trend: 'A', season: 'N' }, 'Holt')
export const dampedHolt = etsOf({ error: 'A', trend: 'Ad', season: 'N' }, 'damped Holt')

/** The form with the lowest corrected Akaike criterion among those the data allows. */
export const autoEts: Method = {
  name: 'ETS',
  fit: (series, budget = unlimited) => {
    let best: EtsFit | undefined
    for (const form of candidateForms(series)) {
      if (best && budget.spent()) break
      const fit = fitForm(series.values, form, form.season === 'N' ? 1 : (series.periods[0] ?? 1))
      if (fit && !(fit.criterion >= (best?.criterion ?? Number.POSITIVE_INFINITY))) best = fit
    }
    return best && etsModel(series.values, best, formName(best.form))
  },
}

/** Additive errors with multiplicative seasons are numerically fragile and left out, as in R. */
function candidateForms({ values, periods }: Series): EtsForm[] {
  const period = periods[0] ?? 1
  const seasons: EtsForm['season'][] =
    period > 1 && period <= 24 && values.length >= 2 * period + 3 ? ['N', 'A', 'M'] : ['N']
  const positive = values.every((value) => value > 0)
  const forms: EtsForm[] = []
  for (const error of positive ? (['A', 'M'] as const) : (['A'] as const))
    for (const season of seasons)
      for (const trend of ['N', 'A', 'Ad'] as const)
        if (season !== 'M' || (error === 'M' && positive)) forms.push({ error, trend, season })
  return forms
}

/** Free numbers: smoothing weights first, then the damping, then level and slope in units of the data's scale. */
function fitForm(values: Float64Array, form: EtsForm, period: number): EtsFit | undefined {
  const n = values.length
  const seasonal = form.season !== 'N'
  const trended = form.trend !== 'N'
  const freedom = 2 + (trended ? 2 : 0) + (form.trend === 'Ad' ? 1 : 0) + (seasonal ? period : 0) + 1
  if (n < 3 || n <= freedom + 1 || (seasonal && n < 2 * period)) return undefined
  const guess = firstState(values, form, period)
  const scale = meanStep(values) || Math.abs(guess.level) || 1
  const read = (x: ArrayLike<number>) => {
    let i = 0
    const alpha = x[i++] as number
    const beta = trended ? alpha * (x[i++] as number) : 0
    const gamma = seasonal ? (1 - alpha) * (x[i++] as number) : 0
    const phi = form.trend === 'Ad' ? (x[i++] as number) : 1
    const level = guess.level + scale * (x[i++] as number)
    const slope = trended ? guess.slope + scale * (x[i++] as number) : 0
    return { parameters: { alpha, beta, gamma, phi }, start: { ...guess, level, slope } }
  }
  const { start, lower, upper, steps } = searchSpace(form)
  const goal = (x: Float64Array) => {
    const { parameters, start } = read(x)
    return runEts(values, { form, parameters, state: copyState(start) }).cost
  }
  const found = nelderMead(goal, start, { lower, upper, steps, maxEvaluations: 60 * start.length, tolerance: 1e-5 })
  const criterion = found.value + 2 * freedom + (2 * freedom * (freedom + 1)) / (n - freedom - 1)
  // a perfect fit has cost −∞ and is as good as can be; NaN and +∞ are not a fit
  if (!(criterion < Number.POSITIVE_INFINITY)) return undefined
  return { form, period: seasonal ? period : 0, ...read(found.point), criterion, freedom }
}

function searchSpace(form: EtsForm) {
  const axes = [{ start: 0.3, lower: 1e-4, upper: 0.9999, step: 0.3 }]
  if (form.trend !== 'N') axes.push({ start: 0.1, lower: 1e-4, upper: 0.9999, step: 0.2 })
  if (form.season !== 'N') axes.push({ start: 0.1, lower: 1e-4, upper: 0.9999, step: 0.2 })
  if (form.trend === 'Ad') axes.push({ start: 0.95, lower: 0.8, upper: 0.98, step: -0.05 })
  axes.push({ start: 0, lower: -1e6, upper: 1e6, step: 1 })
  if (form.trend !== 'N') axes.push({ start: 0, lower: -1e6, upper: 1e6, step: 0.1 })
  return {
    start: axes.map((axis) => axis.start),
    lower: axes.map((axis) => axis.lower),
    upper: axes.map((axis) => axis.upper),
    steps: axes.map((axis) => axis.step),
  }
}

function meanStep(values: Float64Array): number {
  let sum = 0
  for (let i = 1; i < values.length; i++) sum += Math.abs((values[i] as number) - (values[i - 1] as number))
  return sum / Math.max(1, values.length - 1)
}

function etsModel(values: Float64Array, fit: EtsFit, name: string): Fitted {
  const { form, parameters, period } = fit
  const state = copyState(fit.start)
  const fitted = new Float64Array(values.length)
  const { sumOfSquares } = runEts(values, { form, parameters, state, fitted })
  const sigma = Math.sqrt(sumOfSquares / Math.max(1, values.length - fit.freedom))
  const forecast = (horizon: number) => etsAhead(form, parameters, state, horizon)
  return {
    name,
    fitted,
    forecast,
    deviations: (horizon) => etsDeviations(form, parameters, { sigma, ahead: forecast(horizon), period }),
    update: (other) => etsModel(other, fit, name),
    refit: (other) => {
      const again = fitForm(other, form, Math.max(1, period))
      return again && etsModel(other, again, name)
    },
  }
}
