import type { LeafTable, RatioMeasure } from '../localise/index.ts'
import { type Part, partsOf } from './parts.ts'

export interface MixPart {
  value: string
  /** Because this part's own rate changed. */
  rate: number
  /** Because this part became a larger or smaller share of the whole. */
  mix: number
}

export interface MixSplit {
  before: number
  after: number
  rate: number
  mix: number
  parts: MixPart[]
}

/**
 * Splits the change of a rate or average into what the parts' own rates did and what the mix of parts did. Midpoints are
 * used on both sides (Bennet 1920), so nothing is left over and the answer does not depend on which period comes first.
 * Undefined when one of the periods has no volume.
 */
export function splitMix(table: LeafTable, measure: RatioMeasure, dimension: string): MixSplit | undefined {
  return splitParts(partsOf(table, measure, dimension))
}

export function splitParts(parts: readonly Part[]): MixSplit | undefined {
  const total = (pick: (part: Part) => number) => parts.reduce((sum, part) => sum + pick(part), 0)
  const [nowOf, beforeOf] = [total((part) => part.nowOf), total((part) => part.beforeOf)]
  const after = total((part) => part.now) / nowOf
  const before = total((part) => part.before) / beforeOf
  if (!(nowOf > 0 && beforeOf > 0 && Number.isFinite(after) && Number.isFinite(before))) return undefined
  const middle = (before + after) / 2
  const split = parts.map((part): MixPart => {
    const [share, shareBefore] = [part.nowOf / nowOf, part.beforeOf / beforeOf]
    const rates = [part.now / part.nowOf, part.before / part.beforeOf] as const
    // A part that is new or gone has one rate only: all it did is mix.
    const change = Number.isFinite(rates[0]) && Number.isFinite(rates[1]) ? rates[0] - rates[1] : 0
    const rate = ((share + shareBefore) / 2) * change
    const whole = part.now / nowOf - part.before / beforeOf - (share - shareBefore) * middle
    return { value: part.value, rate, mix: whole - rate }
  })
  const sum = (pick: (part: MixPart) => number) => split.reduce((whole, part) => whole + pick(part), 0)
  return { before, after, rate: sum((part) => part.rate), mix: sum((part) => part.mix), parts: split }
}
