import type { LeafEffects } from './measures.ts'
import { estimateNoise, lopsidedness, scattered, tailFactor } from './noise.ts'

/** What each leaf says, in sums that add up over any set of leaves. */
export interface Evidence {
  deviation: Float64Array
  /** size / variance × deviation, and size² / variance: their quotient estimates the common relative change. */
  push: Float64Array
  weight: Float64Array
  /** Third moment of the push from counting noise: rare events stray further up than down. */
  skew: Float64Array
  /** Deviation in standard deviations of the noise. */
  standard: Float64Array
}

/** Standard deviations beyond which the length of the tails counts in full. */
const TAIL_BEGINS = 3

/** Reads the noise off `members` and weighs each of them by it. */
export function weighEvidence(effects: LeafEffects, members: Int32Array): Evidence {
  const { deviation, unit } = effects
  const some = scattered(members)
  const size = mostSymmetric(effects, some)
  const { perUnit: learnt, relative } = estimateNoise({ deviation, counts: effects.counts, size, unit }, some)
  const noise = { perUnit: Math.max(learnt, effects.leastPerUnit), relative }
  const weight = new Float64Array(size.length)
  const push = new Float64Array(size.length)
  const skew = new Float64Array(size.length)
  const standard = new Float64Array(size.length)
  const square = noise.relative * noise.relative
  for (let k = 0; k < members.length; k++) {
    const i = members[k] as number
    const m = size[i] as number
    const perSize = noise.perUnit + square * m
    weight[i] = m / perSize
    push[i] = (deviation[i] as number) / perSize
    skew[i] = (m / perSize) * (noise.perUnit / perSize) ** 2
    standard[i] = (deviation[i] as number) / Math.sqrt(m * perSize)
  }
  return withTails({ deviation, push, weight, skew, standard }, members)
}

/** A lopsided reading has a mean beside 0, which over many leaves would look like a change of all of them. */
function mostSymmetric({ deviation, sizes }: LeafEffects, members: Int32Array): Float64Array {
  let chosen = sizes[0] as Float64Array
  if (sizes.length === 1) return chosen
  let least = Number.POSITIVE_INFINITY
  for (const size of sizes) {
    const value = lopsidedness(deviation, size, members)
    if (value < least) [least, chosen] = [value, size]
  }
  return chosen
}

/** The evidence of `members` with far leaves drawn in as much as the tails of the noise are longer than normal. */
function withTails(evidence: Evidence, members: Int32Array): Evidence {
  const excess = tailFactor(evidence.standard, members) - 1
  if (excess <= 0) return evidence
  const push = new Float64Array(evidence.push.length)
  for (let k = 0; k < members.length; k++) {
    const i = members[k] as number
    const far = Math.min(1, Math.abs(evidence.standard[i] as number) / TAIL_BEGINS)
    push[i] = (evidence.push[i] as number) / (1 + excess * far)
  }
  return { ...evidence, push }
}
