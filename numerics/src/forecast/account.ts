import type { Combination } from './combine.ts'
import type { GateAnswer } from './gate.ts'
import type { IntervalKind } from './intervals.ts'
import type { Prepared } from './prepare.ts'
import type { Trial } from './trial.ts'

export interface AccountFacts {
  readonly prepared: Prepared
  readonly chosen: Combination
  readonly gated: GateAnswer | undefined
  readonly options: {
    readonly horizon: number
    readonly levels?: readonly number[]
    readonly intervals?: IntervalKind
    readonly budgetMs?: number
  }
  readonly trial: Trial
}

/** What was chosen and why, in sentences that a person who runs a business can check. */
export function accountOf(facts: AccountFacts): string[] {
  return [material(facts), choice(facts), gateWords(facts), intervalWords(facts), budgetWords(facts)].filter(
    (sentence) => sentence !== '',
  )
}

const plural = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`

function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

function material({ prepared, options }: AccountFacts): string {
  const { series, filled, skipped } = prepared
  const { periods } = series
  const seasons =
    periods.length > 0
      ? ` with ${periods.length > 1 ? 'seasons' : 'a season'} of ${listed(periods.map(String))} steps`
      : ''
  const gaps =
    filled > 0
      ? `; ${plural(filled, 'missing value was', 'missing values were')} filled from ${filled === 1 ? 'its' : 'their'} neighbours`
      : ''
  const older = skipped > 0 ? `; ${plural(skipped, 'older value was', 'older values were')} not used` : ''
  return `Forecast of ${plural(options.horizon, 'step')} from ${plural(series.values.length, 'value')}${seasons}${gaps}${older}.`
}

function choice({ chosen, trial: { origins } }: AccountFacts): string {
  const { members, weights, dropped } = chosen
  const ranked = members
    .map((member, k) => ({ ...member, weight: weights[k] as number }))
    .sort((a, b) => b.weight - a.weight)
  if (origins.length === 0)
    return `The history is too short to try methods on its own past, so ${listed(ranked.map(({ name }) => name))} count alike.`
  const shares = ranked.map(({ name, weight }) => `${name} ${Math.round(100 * weight)} %`)
  const best = ranked[0]
  const left =
    dropped.length > 0
      ? ` Left out, with more than twice the best error: ${listed(dropped.map(({ name }) => name))}.`
      : ''
  if (ranked.length === 1)
    return `Of the methods tried on ${plural(origins.length, 'past forecast')}, ${best?.name} alone held.${left}`
  return `Each method forecast from ${plural(origins.length, 'earlier time')}; ${best?.name} came nearest. The forecast is halfway between the median of ${members.length} methods and their mean weighted by past error (${listed(shares)}).${left}`
}

function gateWords({ gated }: AccountFacts): string {
  if (!gated)
    return 'No past forecast could be made, so nothing is known about how it compares with repeating the last season.'
  const { naiveShare, ownError, naiveError } = gated
  if (naiveError === 0)
    return `Repeating the last season would have been exact in the past${naiveShare === 0 ? ', and so would this forecast' : ', so that is what is served'}.`
  const change = Math.round(100 * Math.abs(1 - ownError / naiveError))
  if (naiveShare === 0) return `In the past it was off by ${change} % less than repeating the last season.`
  if (naiveShare === 1)
    return 'In the past it did worse than repeating the last season, so the last season is what is served.'
  return `In the past it was off by ${change} % more than repeating the last season, so ${Math.round(100 * naiveShare)} % of what is served is the last season repeated, which brings it level.`
}

function intervalWords({ options, gated }: AccountFacts): string {
  const kind = options.intervals ?? 'blended'
  const levels = listed((options.levels ?? [0.95]).map((level) => `${Math.round(1000 * level) / 10} %`))
  const source =
    kind === 'model' || !gated ? 'what the models themselves expect' : 'the size of the errors of the past forecasts'
  return `The ${levels} interval is drawn from ${source}.`
}

function budgetWords({ trial, options }: AccountFacts): string {
  return trial.complete ? '' : `The time budget of ${options.budgetMs} ms ended before every method was tried.`
}
