import type { Cuboid } from './cuboids.ts'
import type { Evidence } from './evidence.ts'

/** One element of one cuboid, with the sums over its leaves. */
export interface Candidate {
  cuboid: number
  element: number
  leaves: number
  deviation: number
  /** Estimated common relative change of its leaves. */
  change: number
  /** Log likelihood gained by letting its leaves change together. */
  evidence: number
  score: number
}

export interface Scoring {
  /** Evidence an element needs before it is believed; grows with the number of elements one could have picked. */
  toll(cuboid: Cuboid): number
  /** Weight an element needs to be looked at. */
  leastWeight: number
  leastDeviation: number
  /** 1 or −1: only elements that moved this way; 0: either. */
  direction: number
}

export interface Search {
  best: Candidate | undefined
  elements: number
  /** Elements below the support floor, and the largest absolute deviation that one of them holds. */
  pruned: number
  prunedDeviation: number
}

/**
 * Of evidence and explained deviation: three quarters to one. Evidence alone (1) splits hairs on real incidents, whose
 * affected leaves are not affected alike; explained deviation alone (0) always takes the coarsest element.
 */
const EVIDENCE_SHARE = 0.75

/** The best element of all cuboids for the leaves in `members`. Time: members × cuboids. */
export function searchElements(
  cuboids: readonly Cuboid[],
  members: Int32Array,
  evidence: Evidence,
  scoring: Scoring,
): Search {
  const search: Search = { best: undefined, elements: 0, pruned: 0, prunedDeviation: 0 }
  cuboids.forEach((cuboid, index) => {
    const sums = addUp(cuboid, members, evidence)
    const toll = scoring.toll(cuboid)
    for (let element = 0; element < cuboid.count; element++) {
      const leaves = sums.leaves[element] as number
      if (leaves === 0) continue
      search.elements++
      const weight = sums.weight[element] as number
      const deviation = sums.deviation[element] as number
      const size = Math.abs(deviation)
      if (weight < scoring.leastWeight) {
        search.pruned++
        if (size > search.prunedDeviation) search.prunedDeviation = size
        continue
      }
      const push = sums.push[element] as number
      const gain = logLikelihoodGain(push, weight, sums.skew[element] as number)
      if (!(gain > toll) || size < scoring.leastDeviation || deviation * scoring.direction < 0) continue
      const score = gain ** EVIDENCE_SHARE * size ** (1 - EVIDENCE_SHARE)
      if (search.best && score <= search.best.score) continue
      search.best = { cuboid: index, element, leaves, deviation, change: push / weight, evidence: gain, score }
    }
  })
  return search
}

/**
 * Likelihood ratio of "changed by push / weight" against "not changed". Upward it is that of a Poisson count scaled to the
 * same variance and skewness (its limit for no skewness is push² / 2 weight), for three events where 0.05 were expected
 * are no eight standard deviations; downward the normal value, which is the smaller one there.
 */
export function logLikelihoodGain(push: number, weight: number, skew: number): number {
  const change = push / weight
  const bend = (skew / weight) * change
  if (!(bend > 1e-4)) return (push * change) / 2
  return (push * change * ((1 + bend) * Math.log1p(bend) - bend)) / (bend * bend)
}

function addUp({ codes, count }: Cuboid, members: Int32Array, evidence: Evidence) {
  const leaves = new Int32Array(count)
  const deviation = new Float64Array(count)
  const push = new Float64Array(count)
  const weight = new Float64Array(count)
  const skew = new Float64Array(count)
  for (let k = 0; k < members.length; k++) {
    const i = members[k] as number
    const element = codes[i] as number
    leaves[element] = (leaves[element] as number) + 1
    deviation[element] = (deviation[element] as number) + (evidence.deviation[i] as number)
    push[element] = (push[element] as number) + (evidence.push[i] as number)
    weight[element] = (weight[element] as number) + (evidence.weight[i] as number)
    skew[element] = (skew[element] as number) + (evidence.skew[i] as number)
  }
  return { leaves, deviation, push, weight, skew }
}
