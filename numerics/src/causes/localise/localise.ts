import { commonChange, medianChange } from './common-change.ts'
import { type Cuboid, planCuboids } from './cuboids.ts'
import { emptyEvidence, weighEvidence } from './evidence.ts'
import { type LeafEffects, leafEffects, type Measure } from './measures.ts'
import { type Candidate, createElementSearch, type Scoring, type Search } from './search.ts'
import { type Space, splitCause } from './split.ts'
import { checkTable, type LeafTable } from './table.ts'

export interface LocaliseOptions {
  /** At most so many causes. */
  most?: number
  /** Largest number of dimensions of a cause. */
  deepest?: number
  /** An element must hold this share of the total weight of evidence to be looked at. */
  leastSupport?: number
  /**
   * A further cause must hold this share of the deviation of the largest. By default 0 for sums and 0.15 for ratios,
   * whose small leaves are too skewed for the noise model to vouch for crumbs.
   */
  leastShare?: number
  /** Leaf × cuboid cells that may be held and visited each round; cuboids beyond are left out and said so. */
  cells?: number
}

/** A set of leaves that moved together, and against all the others. */
export interface Cause {
  elements: Record<string, string>
  leaves: number
  real: number
  expected: number
  deviation: number
  /** Part of the whole deviation (for ratios: of the whole rate effect). */
  share: number
  /** Log likelihood ratio of "these leaves moved together" to "they did not move". */
  evidence: number
}

export interface Localisation {
  /** Largest first; beyond what moved everywhere, if anything did. */
  causes: Cause[]
  /** A change that all leaves share and no element explains; `change` is relative (for ratios: in points of the rate). */
  everywhere: { change: number; deviation: number; share: number } | undefined
  /** Sum of the leaves' deviations; the causes' shares are parts of it. */
  deviation: number
  explained: number
  searched: { cuboids: number; elements: number }
  /** What was not looked at, and how much deviation the largest element among it holds. */
  pruned: {
    elements: number
    largestDeviation: number
    /** How many sets of dimensions the budget left out, and the first hundred of them. */
    dimensionSets: number
    firstSets: string[][]
  }
}

/** One in twenty searches over pure noise may name a cause. */
const FALSE_ALARMS = 0.05
const RATIO_LEAST_SHARE = 0.15

/**
 * Finds the element sets that explain a deviation: round by round the element whose leaves moved together most
 * convincingly, its leaves then set aside. Noise is learnt from the leaves, so there is no threshold to set.
 */
export function localise(table: LeafTable, measure: Measure, options: LocaliseOptions = {}): Localisation {
  checkTable(table)
  const effects = leafEffects(measure, table.size)
  const { most = 12, deepest = table.dimensions.length, leastSupport = 0, cells = 12_000_000 } = options
  const leastShare = options.leastShare ?? (measure.kind === 'ratio' ? RATIO_LEAST_SHARE : 0)
  const plan = planCuboids(table, cells, deepest)
  const members = Int32Array.from(effects.deviation.keys()).filter((i) =>
    effects.sizes.every((size) => (size[i] as number) > 0),
  )
  const toll = (cuboid: Cuboid) => Math.log(cuboid.count) + Math.log(plan.cuboids.length) - Math.log(FALSE_ALARMS)
  const deviation = sumOver(effects.deviation, members)
  // With a floor on shares only what moved with the whole explains it; without one, offsets are told too.
  const direction = leastShare > 0 ? Math.sign(deviation) : 0
  const common = takeCommon(plan.cuboids, effects, members)
  const space = { cuboids: plan.cuboids, search: createElementSearch(plan.cuboids) }
  const rounds = peel(space, members, effects, { toll, direction, most, leastShare, leastSupport, common })
  const causes = rounds.found.map((found) => describe(found, table, plan.cuboids, effects, deviation))
  const part = deviation === 0 ? 0 : common.deviation / deviation
  return {
    causes,
    everywhere: common.change === 0 ? undefined : { ...common, share: part },
    deviation,
    explained: causes.reduce((total, cause) => total + cause.share, part),
    searched: { cuboids: plan.cuboids.length, elements: rounds.first.elements },
    pruned: {
      elements: rounds.first.pruned,
      largestDeviation: rounds.first.prunedDeviation,
      dimensionSets: plan.left,
      firstSets: plan.leftFirst.map((set) => set.map((d) => table.dimensions[d]?.name ?? '')),
    },
  }
}

/** What all leaves share, as it is taken out of their deviations. */
interface Common {
  change: number
  deviation: number
}

function takeCommon(cuboids: readonly Cuboid[], effects: LeafEffects, members: Int32Array): Common {
  const evidence = emptyEvidence(effects)
  const size = weighEvidence(evidence, effects, members)
  const common = { change: 0, deviation: 0 }
  takeOut(common, commonChange(cuboids, members, evidence), { effects, size, members })
  return common
}

function takeOut(
  common: Common,
  change: number,
  from: { effects: LeafEffects; size: Float64Array; members: Int32Array },
) {
  if (change === 0) return
  const { deviation } = from.effects
  for (const i of from.members) {
    const part = change * (from.size[i] as number)
    deviation[i] = (deviation[i] as number) - part
    common.deviation += part
  }
  common.change += change
}

interface Found {
  candidate: Candidate
  members: Int32Array
}

type Peeling = Pick<Scoring, 'toll' | 'direction'> &
  Required<Pick<LocaliseOptions, 'most' | 'leastShare' | 'leastSupport'>> & { common: Common }

function peel(
  space: Space,
  all: Int32Array,
  effects: LeafEffects,
  { toll, direction, most, leastShare, leastSupport, common }: Peeling,
): { found: Found[]; first: Search } {
  const found: Found[] = []
  const evidence = emptyEvidence(effects)
  let members = all
  let first: Search | undefined
  let largest = 0
  while (found.length < most) {
    // Learnt anew each round: what the causes so far did to their leaves no longer counts as noise.
    const size = weighEvidence(evidence, effects, members)
    if (common.change !== 0 && found.length > 0) {
      // The causes so far had drawn the common change their way.
      takeOut(common, medianChange(members, evidence), { effects, size, members })
      weighEvidence(evidence, effects, members)
    }
    const leastWeight = leastSupport > 0 ? leastSupport * sumOver(evidence.weight, members) : 0
    const scoring: Scoring = { toll, direction, leastWeight, leastDeviation: leastShare * largest }
    const search = space.search(members, evidence, scoring)
    first ??= search
    if (!search.best) break
    for (const candidate of splitCause(search.best, space, members, { evidence, scoring })) {
      const { codes } = space.cuboids[candidate.cuboid] as Cuboid
      found.push({ candidate, members: members.filter((i) => codes[i] === candidate.element) })
      members = members.filter((i) => codes[i] !== candidate.element)
      largest = Math.max(largest, Math.abs(candidate.deviation))
    }
  }
  return {
    found: found.slice(0, most),
    first: first ?? { best: undefined, elements: 0, pruned: 0, prunedDeviation: 0 },
  }
}

function describe(
  { candidate, members }: Found,
  table: LeafTable,
  cuboids: readonly Cuboid[],
  effects: LeafEffects,
  whole: number,
): Cause {
  const cuboid = cuboids[candidate.cuboid] as Cuboid
  const leaf = cuboid.sample[candidate.element] as number
  const elements: Record<string, string> = {}
  for (const d of cuboid.dimensions) {
    const dimension = table.dimensions[d]
    if (dimension) elements[dimension.name] = dimension.values[dimension.codes[leaf] as number] ?? ''
  }
  const over = (values: Float64Array) => sumOver(values, members)
  const deviation = over(effects.deviation)
  return {
    elements,
    leaves: members.length,
    real: over(effects.real),
    expected: over(effects.expected),
    deviation,
    share: whole === 0 ? 0 : deviation / whole,
    evidence: candidate.evidence,
  }
}

function sumOver(values: Float64Array, members: Int32Array): number {
  let total = 0
  for (let k = 0; k < members.length; k++) total += values[members[k] as number] as number
  return total
}
