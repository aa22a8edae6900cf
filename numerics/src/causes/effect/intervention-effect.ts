import { studentT } from '../../distributions/index.ts'
import type { Matrix } from '../../linear-algebra/index.ts'
import { designOf, type EffectQuestion, foretell, meanGap } from './design.ts'

export interface InterventionEffect {
  /** Mean of outcome minus counterfactual over the steps after the action. */
  effect: number
  lower: number
  upper: number
  /** Effect as a part of the counterfactual's mean; undefined when that is 0. */
  relative: number | undefined
  /** Effect summed over the steps. */
  total: number
  /** What the outcome would have been without the action, for every step. */
  counterfactual: Float64Array
  placebo: Placebo
}

/** The same measurement at times when nothing was done. */
export interface Placebo {
  /** Effects "found" there; they should be around 0, and their spread is what chance does. */
  effects: Float64Array
  /** Share of placebos at least as large as the effect, the effect itself counted in. */
  p: number
  /** False when even the placebos lean to one side: then the model is off, and so is the effect. */
  sound: boolean
}

export interface EffectOptions {
  /** Chance that the interval should hold. */
  coverage?: number
}

/** From almost none to nearly ignoring the controls. */
const PENALTIES = [1e-4, 1e-3, 1e-2, 0.1, 1]
const MOST_PLACEBOS = 40
const LEAST_BEFORE = 8

/**
 * Effect of an action on a measured outcome: a regression on untouched series and the season, learnt before the action,
 * foretells the time after it; what differs is the effect. The interval comes from doing the same at earlier times when
 * nothing was done, over windows of the same length, so memory in the errors is counted in. Undefined when fewer than 8
 * steps before the action are known or none after it.
 */
export function interventionEffect(
  question: EffectQuestion,
  options: EffectOptions = {},
): InterventionEffect | undefined {
  const { outcome, start, end = outcome.length } = question
  const { coverage = 0.95 } = options
  check(question, end, coverage)
  const known = outcome.subarray(0, start).filter((value) => Math.abs(value) < 1e150).length
  if (known < LEAST_BEFORE) return undefined
  const design = designOf(question)
  const plan = placeboPlan(start, end - start, design.columns)
  const trial = PENALTIES.map((penalty) => runPlacebos(outcome, design, plan, penalty))
  const best = trial.reduce((least, next) => (next.error < least.error ? next : least))
  const counterfactual = foretell(outcome, design, start, best.penalty)
  const effect = meanGap(outcome, counterfactual, start, end)
  if (effect === undefined) return undefined
  const half = best.error * studentT(Math.max(1, plan.independent)).quantile((1 + coverage) / 2)
  const level = counterfactual.subarray(start, end).reduce((sum, value) => sum + value, 0) / (end - start)
  return {
    effect,
    lower: effect - half,
    upper: effect + half,
    relative: level === 0 ? undefined : effect / Math.abs(level),
    total: effect * (end - start),
    counterfactual,
    placebo: judge(best.effects, effect, plan.independent),
  }
}

function check({ outcome, controls = [], start, season = 0 }: EffectQuestion, end: number, coverage: number): void {
  if (!(Number.isInteger(start) && start >= 1 && start < end && end <= outcome.length)) {
    throw new RangeError(`steps ${start} to ${end} do not lie inside an outcome of ${outcome.length}`)
  }
  if (!(coverage > 0 && coverage < 1)) throw new RangeError(`coverage must lie between 0 and 1, got ${coverage}`)
  if (!Number.isInteger(season) || season < 0) throw new RangeError(`season must be a whole number, got ${season}`)
  controls.forEach((values, i) => {
    if (values.length !== outcome.length) {
      throw new RangeError(`control ${i} has ${values.length} steps, the outcome ${outcome.length}`)
    }
  })
}

interface PlaceboPlan {
  starts: number[]
  length: number
  /** Windows that do not overlap: what the spread is really worth. */
  independent: number
}

/** Mock actions in the later part of the time before, each with enough history; windows shrink when there is little room. */
function placeboPlan(start: number, wanted: number, columns: number): PlaceboPlan {
  const first = Math.min(start - 2, Math.max(Math.ceil(start / 3), Math.min(2 * columns + 4, Math.ceil(start / 2))))
  const length = Math.max(1, Math.min(wanted, Math.floor((start - first) / 3)))
  const last = start - length
  const step = Math.max(1, Math.ceil((last - first + 1) / MOST_PLACEBOS))
  const starts: number[] = []
  for (let at = first; at <= last; at += step) starts.push(at)
  return { starts, length, independent: Math.floor((start - first) / length) }
}

function runPlacebos(outcome: Float64Array, design: Matrix, { starts, length }: PlaceboPlan, penalty: number) {
  const effects: number[] = []
  for (const at of starts) {
    const gap = meanGap(outcome, foretell(outcome, design, at, penalty), at, at + length)
    if (gap !== undefined) effects.push(gap)
  }
  const square = effects.reduce((sum, value) => sum + value * value, 0) / (effects.length || 1)
  return { penalty, effects: Float64Array.from(effects), error: Math.sqrt(square) }
}

function judge(effects: Float64Array, effect: number, independent: number): Placebo {
  const beyond = effects.filter((value) => Math.abs(value) >= Math.abs(effect)).length
  const mean = effects.reduce((sum, value) => sum + value, 0) / (effects.length || 1)
  const square = effects.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (effects.length || 1)
  const allowed = 3 * Math.sqrt(square / Math.max(1, independent))
  return {
    effects,
    p: (1 + beyond) / (1 + effects.length),
    sound: Math.abs(mean) <= allowed + 1e-12 * Math.abs(effect),
  }
}
