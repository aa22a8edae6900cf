import type { Columns } from './binning.ts'

/** A decision tree as columns: node i splits on `feature[i]` at `threshold[i]`, or is a leaf (`feature[i]` = −1). */
export interface Tree {
  feature: Int32Array
  threshold: Float64Array
  /** 1: missing values go left. */
  missingLeft: Uint8Array
  left: Int32Array
  right: Int32Array
  /** `outputs` values per node. */
  value: Float64Array
  outputs: number
}

/** Node that a row of the columns ends in. */
export function leafOf(tree: Tree, columns: Columns, row: number): number {
  let node = 0
  for (;;) {
    const feature = tree.feature[node] as number
    if (feature < 0) return node
    const value = (columns[feature] as Float64Array)[row] as number
    const goesLeft = Number.isNaN(value) ? tree.missingLeft[node] === 1 : value <= (tree.threshold[node] as number)
    node = (goesLeft ? tree.left[node] : tree.right[node]) as number
  }
}

/** Adds `scale` times the tree's values to `sums`, `outputs` values a row. */
export function addPredictions(tree: Tree, columns: Columns, sums: Float64Array, scale: number): void {
  const { outputs } = tree
  const rows = sums.length / outputs
  for (let row = 0; row < rows; row++) {
    const leaf = leafOf(tree, columns, row) * outputs
    for (let k = 0; k < outputs; k++) {
      sums[row * outputs + k] = (sums[row * outputs + k] as number) + scale * (tree.value[leaf + k] as number)
    }
  }
}
