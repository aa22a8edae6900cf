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

export type ElementSearch = (
  members: Int32Array,
  evidence: Evidence,
  scoring: Scoring,
  only?: readonly number[],
) => Search

/**
 * Search for the best element for the leaves in `members`, over all cuboids or those numbered in `only`. The room for the
 * sums is made once: fresh arrays of this size would cost more than the sums. Time: members × cuboids.
 */
export function createElementSearch(cuboids: readonly Cuboid[]): ElementSearch {
  const sums = roomFor(cuboids)
  const all = [...cuboids.keys()]
  return (members, evidence, scoring, only = all) => {
    const search: Search = { best: undefined, elements: 0, pruned: 0, prunedDeviation: 0 }
    for (const index of only) {
      const cuboid = cuboids[index] as Cuboid
      const seen = addUp(cuboid, members, evidence, sums)
      const toll = scoring.toll(cuboid)
      for (let k = 0; k < seen; k++) {
        const element = sums.seen[k] as number
        weighElement(search, { sums, element, cuboid: index, toll }, scoring)
        sums.leaves[element] = 0
      }
    }
    return search
  }
}

interface Weighing {
  sums: Sums
  element: number
  cuboid: number
  toll: number
}

function weighElement(search: Search, { sums, element, cuboid, toll }: Weighing, scoring: Scoring): void {
  const weight = sums.weight[element] as number
  const deviation = sums.deviation[element] as number
  const size = Math.abs(deviation)
  search.elements++
  if (weight < scoring.leastWeight) {
    search.pruned++
    if (size > search.prunedDeviation) search.prunedDeviation = size
    return
  }
  const push = sums.push[element] as number
  const evidence = logLikelihoodGain(push, weight, sums.skew[element] as number)
  if (!(evidence > toll) || size < scoring.leastDeviation || deviation * scoring.direction < 0) return
  const score = evidence ** EVIDENCE_SHARE * size ** (1 - EVIDENCE_SHARE)
  if (search.best && score <= search.best.score) return
  const leaves = sums.leaves[element] as number
  search.best = { cuboid, element, leaves, deviation, change: push / weight, evidence, score }
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

interface Sums {
  /** Elements met, in order; the other columns hold their sums, and `leaves` is 0 again between uses. */
  seen: Int32Array
  leaves: Int32Array
  deviation: Float64Array
  push: Float64Array
  weight: Float64Array
  skew: Float64Array
}

function roomFor(cuboids: readonly Cuboid[]): Sums {
  const most = cuboids.reduce((count, cuboid) => Math.max(count, cuboid.count), 0)
  const room = () => new Float64Array(most)
  return {
    seen: new Int32Array(most),
    leaves: new Int32Array(most),
    deviation: room(),
    push: room(),
    weight: room(),
    skew: room(),
  }
}

/** Adds the leaves up by element and returns how many elements were met. */
function addUp({ codes }: Cuboid, members: Int32Array, evidence: Evidence, sums: Sums): number {
  const { seen, leaves, deviation, push, weight, skew } = sums
  let met = 0
  for (let k = 0; k < members.length; k++) {
    const i = members[k] as number
    const element = codes[i] as number
    const before = leaves[element] as number
    leaves[element] = before + 1
    if (before === 0) {
      seen[met++] = element
      deviation[element] = evidence.deviation[i] as number
      push[element] = evidence.push[i] as number
      weight[element] = evidence.weight[i] as number
      skew[element] = evidence.skew[i] as number
    } else {
      deviation[element] = (deviation[element] as number) + (evidence.deviation[i] as number)
      push[element] = (push[element] as number) + (evidence.push[i] as number)
      weight[element] = (weight[element] as number) + (evidence.weight[i] as number)
      skew[element] = (skew[element] as number) + (evidence.skew[i] as number)
    }
  }
  return met
}
