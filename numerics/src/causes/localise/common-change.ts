import type { Cuboid } from './cuboids.ts'
import type { Evidence } from './evidence.ts'

/** Log likelihood a change of everything must gain before it is believed. */
const BELIEVED = 10
/** Part of the weight of every small dimension that must have moved by at least half of the whole's change. */
const NEARLY_ALL = 0.9
/** Values of wider dimensions hold too few leaves each to be asked. */
const WIDEST = 64

/**
 * The relative change that all leaves share, 0 when they do not: an incident may be no one's in particular. Every value
 * of every small dimension has to have moved along; a large part that moved alone does not pass.
 */
export function commonChange(cuboids: readonly Cuboid[], members: Int32Array, evidence: Evidence): number {
  let [push, weight] = [0, 0]
  for (const i of members) {
    push += evidence.push[i] as number
    weight += evidence.weight[i] as number
  }
  const change = push / weight
  const asked = cuboids.filter(({ dimensions, count }) => dimensions.length === 1 && count <= WIDEST)
  if (!((push * change) / 2 > BELIEVED) || asked.length === 0) return 0
  if (!asked.every((cuboid) => movedShare(cuboid, members, evidence, change / 2) >= NEARLY_ALL)) return 0
  const median = medianChange(members, evidence)
  return median * change > 0 ? median : 0
}

/** Relative change of the median leaf: what some leaves did beyond the rest does not move it much. */
export function medianChange(members: Int32Array, evidence: Evidence): number {
  const changes = new Float64Array(members.length)
  members.forEach((leaf, k) => {
    changes[k] = (evidence.standard[leaf] as number) / Math.sqrt(evidence.weight[leaf] as number)
  })
  return changes.sort()[changes.length >> 1] ?? 0
}

function movedShare({ codes, count }: Cuboid, members: Int32Array, evidence: Evidence, least: number): number {
  const push = new Float64Array(count)
  const weight = new Float64Array(count)
  for (const i of members) {
    const element = codes[i] as number
    push[element] = (push[element] as number) + (evidence.push[i] as number)
    weight[element] = (weight[element] as number) + (evidence.weight[i] as number)
  }
  let [moved, all] = [0, 0]
  weight.forEach((value, element) => {
    all += value
    if ((push[element] as number) / value / least >= 1) moved += value
  })
  return moved / all
}
