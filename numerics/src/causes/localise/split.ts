import type { Cuboid } from './cuboids.ts'
import type { Evidence } from './evidence.ts'
import type { Candidate, ElementSearch, Scoring } from './search.ts'

/** Leaves of one cause may differ by this part of their common change before they count as differently affected. */
const ALLOWED_SPREAD = 0.25
/** No single leaf may argue more than this, in log likelihood. */
const LOUDEST = 12
const MOST_PARTS = 12
/**
 * Evidence of the parts against that of the whole. When a part q of the whole is affected its children hold 1/q of the
 * evidence, so 2 lets an element stand of which more than half is affected, as people name real incidents.
 */
const LEAST_GAIN = 2

/**
 * A coarse element can win because many of its children are affected while the others are not. The children replace it
 * when they explain its leaves better by more than it costs to name them.
 */
export function splitCause(whole: Candidate, { cuboids, search }: Space, members: Int32Array, how: How): Candidate[] {
  const { evidence, scoring } = how
  const parent = cuboids[whole.cuboid] as Cuboid
  const inside = members.filter((i) => parent.codes[i] === whole.element)
  const finer = cuboids.flatMap(({ dimensions }, index) =>
    index !== whole.cuboid && parent.dimensions.every((d) => dimensions.includes(d)) ? [index] : [],
  )
  const parts: Candidate[] = []
  let left = inside
  let worth = 0
  while (parts.length < MOST_PARTS) {
    const { best } = search(left, evidence, scoring, finer)
    if (!best) break
    const cuboid = cuboids[best.cuboid] as Cuboid
    const own = left.filter((i) => cuboid.codes[i] === best.element)
    worth += fit(own, best.change, evidence) - scoring.toll(cuboid)
    parts.push(best)
    left = left.filter((i) => cuboid.codes[i] !== best.element)
  }
  const gained = parts.reduce((sum, part) => sum + part.evidence, 0)
  if (parts.length < 2 || gained < LEAST_GAIN * whole.evidence) return [whole]
  return worth > fit(inside, whole.change, evidence) - scoring.toll(parent) ? parts : [whole]
}

/** Where to search, and by what. */
export interface Space {
  cuboids: readonly Cuboid[]
  search: ElementSearch
}

interface How {
  evidence: Evidence
  scoring: Scoring
}

/** Log likelihood of the leaves under one common change with some spread, against no change. */
function fit(leaves: Int32Array, change: number, { standard, weight }: Evidence): number {
  let sum = 0
  for (let k = 0; k < leaves.length; k++) {
    const i = leaves[k] as number
    const own = weight[i] as number
    if (own === 0) continue
    const z = standard[i] as number
    // In units of the leaf's own noise: the expected z, and the variance that the allowed spread adds.
    const centre = change * Math.sqrt(own)
    const variance = 1 + (ALLOWED_SPREAD * centre) ** 2
    const gain = 0.5 * (z * z - (z - centre) ** 2 / variance - Math.log(variance))
    sum += Math.max(-LOUDEST, Math.min(LOUDEST, gain))
  }
  return sum
}
