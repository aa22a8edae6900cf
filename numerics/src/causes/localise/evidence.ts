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

export function emptyEvidence(effects: LeafEffects): Evidence {
  const room = () => new Float64Array(effects.deviation.length)
  return { deviation: effects.deviation, push: room(), weight: room(), skew: room(), standard: room() }
}

/**
 * Reads the noise off `members` and weighs each of them by it, into `evidence`; other leaves keep what they had. Returns
 * the sizes it chose to go by.
 */
export function weighEvidence(evidence: Evidence, effects: LeafEffects, members: Int32Array): Float64Array {
  const { deviation, unit } = effects
  const some = scattered(members)
  const size = mostSymmetric(effects, some)
  const noise = estimateNoise({ deviation, counts: effects.counts, size, unit }, some)
  const perUnit = Math.max(noise.perUnit, effects.leastPerUnit)
  const square = noise.relative * noise.relative
  for (let k = 0; k < members.length; k++) {
    const i = members[k] as number
    const m = size[i] as number
    const perSize = perUnit + square * m
    evidence.weight[i] = m / perSize
    evidence.push[i] = (deviation[i] as number) / perSize
    evidence.skew[i] = (m / perSize) * (perUnit / perSize) ** 2
    evidence.standard[i] = (deviation[i] as number) / Math.sqrt(m * perSize)
  }
  drawInTails(evidence, members)
  return size
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

/** Draws far leaves in as much as the tails of the noise are longer than normal. */
function drawInTails({ push, standard }: Evidence, members: Int32Array): void {
  const excess = tailFactor(standard, members) - 1
  if (excess <= 0) return
  for (let k = 0; k < members.length; k++) {
    const i = members[k] as number
    const far = Math.min(1, Math.abs(standard[i] as number) / TAIL_BEGINS)
    push[i] = (push[i] as number) / (1 + excess * far)
  }
}
