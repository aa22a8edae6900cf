import type { Random } from '../random/index.ts'
import type { BinnedColumns } from './binning.ts'
import { createSplitFinder, type Sample, type Split, type SplitRules } from './split.ts'
import type { Tree } from './tree.ts'

export interface GrowthRules extends SplitRules {
  deepest: number
  mostLeaves: number
  /** Features tried at each node; all when it reaches their number. */
  featuresPerSplit: number
}

interface Node {
  id: number
  from: number
  to: number
  depth: number
  split: Split | undefined
}

/**
 * Grows one tree over the sample, whose positions are rearranged. With a limit on leaves the most telling node is split next,
 * without one simply the last. Adds each split's gain to `importance`.
 */
export function growTree(
  binned: BinnedColumns,
  sample: Sample,
  rules: GrowthRules,
  { random, importance }: { random: Random; importance: Float64Array },
): Tree {
  const draft = createDraft(sample.outputs)
  const find = createSplitFinder(binned, sample, rules)
  const features = Int32Array.from(binned.codes.keys())
  const consider = (node: Node): Node => {
    draft.close(node.id, leafValue(sample, node, rules.penalty))
    if (node.depth < rules.deepest && node.to - node.from >= 2 * rules.leastLeaf && mixed(sample, node)) {
      node.split = bestOf(features, rules.featuresPerSplit, random, (f) => find(f, node.from, node.to))
    }
    return node
  }
  const open = [consider({ id: draft.add(), from: 0, to: sample.rows.length, depth: 0, split: undefined })]
  for (let leaves = 1; leaves < rules.mostLeaves && open.length > 0; ) {
    const node = take(open, rules.mostLeaves < Number.POSITIVE_INFINITY)
    const { split } = node
    if (!split) continue
    importance[split.feature] = (importance[split.feature] as number) + split.gain
    const middle = partition(sample, node, binned.codes[split.feature] as Uint8Array, split)
    const [left, right] = [draft.add(), draft.add()]
    draft.split(
      node.id,
      split,
      (binned.cuts[split.feature] as Float64Array)[split.bin - 1] ?? Number.POSITIVE_INFINITY,
      left,
    )
    const depth = node.depth + 1
    open.push(consider({ id: left, from: node.from, to: middle, depth, split: undefined }))
    open.push(consider({ id: right, from: middle, to: node.to, depth, split: undefined }))
    leaves++
  }
  return draft.finish()
}

function take(open: Node[], byGain: boolean): Node {
  let at = open.length - 1
  if (byGain) {
    for (let i = 0; i < at; i++) if ((open[i]?.split?.gain ?? -1) > (open[at]?.split?.gain ?? -1)) at = i
  }
  return open.splice(at, 1)[0] as Node
}

/** Draws features until enough were tried and one of them could split, or none is left. */
function bestOf(
  features: Int32Array,
  enough: number,
  random: Random,
  find: (feature: number) => Split | undefined,
): Split | undefined {
  let best: Split | undefined
  const all = enough >= features.length
  for (let i = 0; i < features.length && (i < enough || !best); i++) {
    if (!all) {
      const j = i + random.integer(features.length - i)
      const held = features[i] as number
      features[i] = features[j] as number
      features[j] = held
    }
    const split = find(features[i] as number)
    if (split && (!best || split.gain > best.gain)) best = split
  }
  return best
}

/** Whether the rows differ in their target at all; a pure node is not worth a search. */
function mixed({ sums, weights, outputs }: Sample, { from, to }: Node): boolean {
  const weight = weights[from] as number
  for (let k = from + 1; k < to; k++) {
    for (let c = 0; c < outputs; c++) {
      const here = (sums[k * outputs + c] as number) * weight
      if (here !== (sums[from * outputs + c] as number) * (weights[k] as number)) return true
    }
  }
  return false
}

function leafValue({ sums, weights, outputs }: Sample, { from, to }: Node, penalty: number): Float64Array {
  const value = new Float64Array(outputs)
  let weight = penalty
  for (let k = from; k < to; k++) {
    weight += weights[k] as number
    for (let c = 0; c < outputs; c++) value[c] = (value[c] as number) + (sums[k * outputs + c] as number)
  }
  for (let c = 0; c < outputs; c++) value[c] = weight > 0 ? (value[c] as number) / weight : 0
  return value
}

/** Brings the positions that go left to the front; returns where the others begin. */
function partition(sample: Sample, { from, to }: Node, codes: Uint8Array, { bin, missingLeft }: Split): number {
  const { rows } = sample
  let left = from
  let right = to - 1
  while (left <= right) {
    const code = codes[rows[left] as number] as number
    if (code === 0 ? missingLeft : code <= bin) left++
    else swap(sample, left, right--)
  }
  return left
}

function swap({ rows, weights, sums, outputs }: Sample, a: number, b: number): void {
  const row = rows[a] as number
  rows[a] = rows[b] as number
  rows[b] = row
  const weight = weights[a] as number
  weights[a] = weights[b] as number
  weights[b] = weight
  for (let c = 0; c < outputs; c++) {
    const sum = sums[a * outputs + c] as number
    sums[a * outputs + c] = sums[b * outputs + c] as number
    sums[b * outputs + c] = sum
  }
}

function createDraft(outputs: number) {
  const feature: number[] = []
  const threshold: number[] = []
  const missingLeft: number[] = []
  const left: number[] = []
  const value: number[] = []
  return {
    add: () => {
      feature.push(-1)
      threshold.push(0)
      missingLeft.push(0)
      left.push(-1)
      for (let c = 0; c < outputs; c++) value.push(0)
      return feature.length - 1
    },
    close: (id: number, leaf: Float64Array) => {
      for (let c = 0; c < outputs; c++) value[id * outputs + c] = leaf[c] as number
    },
    split: (id: number, split: Split, cut: number, child: number) => {
      feature[id] = split.feature
      threshold[id] = cut
      missingLeft[id] = split.missingLeft ? 1 : 0
      left[id] = child
    },
    finish: (): Tree => ({
      feature: Int32Array.from(feature),
      threshold: Float64Array.from(threshold),
      missingLeft: Uint8Array.from(missingLeft),
      left: Int32Array.from(left),
      // Children are made in pairs.
      right: Int32Array.from(left, (child) => (child < 0 ? -1 : child + 1)),
      value: Float64Array.from(value),
      outputs,
    }),
  }
}
