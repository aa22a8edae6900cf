import { createRandom, type Random } from '../random/index.ts'
import { binColumns, type Columns, rowsOf } from './binning.ts'
import { type GrowthRules, growTree } from './grow.ts'
import type { Sample } from './split.ts'
import { checkTargets, countClasses } from './targets.ts'
import { addPredictions, leafOf, type Tree } from './tree.ts'

export interface ForestOptions {
  trees?: number
  seed?: number
  deepest?: number
  leastLeaf?: number
  /** Features tried at each split: by default √features for classes, a third for numbers. */
  featuresPerSplit?: number
  /** Also answer the training rows by the trees that did not see them: an honest score without test data. */
  outOfBag?: boolean
}

/** A trained forest, plain data. For classes there is one output a class: its probability. */
export interface RandomForest {
  kind: 'classes' | 'numbers'
  trees: Tree[]
  features: number
  outputs: number
  /** Share of the impurity removed by each feature; adds up to 1 unless nothing could be split. */
  importance: Float64Array
  /** If asked for: answers for the training rows by the trees that did not see them; NaN for a row that all saw. */
  outOfBag: Float64Array | undefined
}

/** `labels` are class numbers 0, 1, … */
export function trainForestClassifier(
  columns: Columns,
  labels: ArrayLike<number>,
  options: ForestOptions = {},
): RandomForest {
  const rows = rowsOf(columns, labels.length)
  const classes = countClasses(labels)
  // Two classes need one column: the chance of class 1.
  const outputs = classes === 2 ? 1 : classes
  const targets = new Float64Array(rows * outputs)
  for (let i = 0; i < rows; i++) {
    if (outputs === 1) targets[i] = labels[i] as number
    else targets[i * outputs + (labels[i] as number)] = 1
  }
  const perSplit = options.featuresPerSplit ?? Math.max(1, Math.floor(Math.sqrt(columns.length)))
  const forest = train(columns, targets, outputs, { ...options, featuresPerSplit: perSplit })
  return { ...forest, kind: 'classes' }
}

export function trainForestRegressor(
  columns: Columns,
  targets: ArrayLike<number>,
  options: ForestOptions = {},
): RandomForest {
  rowsOf(columns, targets.length)
  const values = Float64Array.from(targets)
  checkTargets(values)
  const perSplit = options.featuresPerSplit ?? Math.max(1, Math.floor(columns.length / 3))
  return { ...train(columns, values, 1, { leastLeaf: 5, ...options, featuresPerSplit: perSplit }), kind: 'numbers' }
}

/** Per row: chance of class 1 (two classes), one chance per class (more), or the number. */
export function predictForest(forest: RandomForest, columns: Columns): Float64Array {
  const rows = rowsOf(columns)
  if (columns.length !== forest.features) {
    throw new RangeError(`the forest knows ${forest.features} features, got ${columns.length}`)
  }
  const sums = new Float64Array(rows * forest.outputs)
  for (const tree of forest.trees) addPredictions(tree, columns, sums, 1 / forest.trees.length)
  return sums
}

function train(
  columns: Columns,
  targets: Float64Array,
  outputs: number,
  options: ForestOptions & { featuresPerSplit: number },
): Omit<RandomForest, 'kind'> {
  const { trees: wanted = 100, seed = 1, deepest = 64, leastLeaf = 1, featuresPerSplit } = options
  const random = createRandom(seed)
  const binned = binColumns(columns)
  const importance = new Float64Array(columns.length)
  const bag = options.outOfBag ? createOutOfBag(columns, binned.rows, outputs) : undefined
  const rules: GrowthRules = {
    penalty: 0,
    leastLeaf,
    leastGain: 1e-12,
    deepest,
    mostLeaves: Number.POSITIVE_INFINITY,
    featuresPerSplit,
  }
  const trees: Tree[] = []
  for (let t = 0; t < (binned.rows === 0 ? 0 : wanted); t++) {
    // A stream per tree: tree 7 is the same whether 10 or 100 are asked for.
    const own = random.fork()
    const weights = bootstrap(own, binned.rows)
    const tree = growTree(binned, drawn(targets, outputs, weights), rules, { random: own, importance })
    trees.push(tree)
    bag?.add(tree, weights)
  }
  const total = importance.reduce((sum, value) => sum + value, 0)
  return {
    trees,
    features: columns.length,
    outputs,
    importance: importance.map((value) => (total > 0 ? value / total : 0)),
    outOfBag: bag?.answers(),
  }
}

function bootstrap(random: Random, rows: number): Float64Array {
  const weights = new Float64Array(rows)
  for (let k = 0; k < rows; k++) {
    const row = random.integer(rows)
    weights[row] = (weights[row] as number) + 1
  }
  return weights
}

/** The rows that were drawn at all, each with how often. */
function drawn(targets: Float64Array, outputs: number, weights: Float64Array): Sample {
  let count = 0
  for (let row = 0; row < weights.length; row++) if ((weights[row] as number) > 0) count++
  const sample = {
    rows: new Int32Array(count),
    weights: new Float64Array(count),
    sums: new Float64Array(count * outputs),
    outputs,
  }
  let k = 0
  for (let row = 0; row < weights.length; row++) {
    const weight = weights[row] as number
    if (weight === 0) continue
    sample.rows[k] = row
    sample.weights[k] = weight
    for (let c = 0; c < outputs; c++) sample.sums[k * outputs + c] = weight * (targets[row * outputs + c] as number)
    k++
  }
  return sample
}

function createOutOfBag(columns: Columns, rows: number, outputs: number) {
  const sums = new Float64Array(rows * outputs)
  const votes = new Int32Array(rows)
  return {
    add: (tree: Tree, weights: Float64Array) => {
      for (let row = 0; row < rows; row++) {
        if ((weights[row] as number) > 0) continue
        votes[row] = (votes[row] as number) + 1
        const leaf = leafOf(tree, columns, row) * outputs
        for (let c = 0; c < outputs; c++) {
          sums[row * outputs + c] = (sums[row * outputs + c] as number) + (tree.value[leaf + c] as number)
        }
      }
    },
    answers: () => sums.map((sum, i) => sum / (votes[Math.floor(i / outputs)] as number)),
  }
}
