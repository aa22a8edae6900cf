import { createRandom, type Random } from '../random/index.ts'
import { binColumns, type Columns, rowsOf } from './binning.ts'
import { type GrowthRules, growTree } from './grow.ts'
import type { Sample } from './split.ts'
import { addPredictions, leafOf, type Tree } from './tree.ts'

export interface BoostingOptions {
  rounds?: number
  learningRate?: number
  mostLeaves?: number
  leastLeaf?: number
  /** L2 penalty on leaf values. */
  penalty?: number
  /** Share of the rows each tree sees. */
  subsample?: number
  /** Rounds without gain on a held-out tenth after which training stops; 0: never. */
  patience?: number
  seed?: number
}

/** A trained ensemble, plain data: `start` plus the sum of the trees, through the logistic function for classes. */
export interface GradientBoosting {
  kind: 'classes' | 'numbers'
  start: number
  trees: Tree[]
  features: number
  importance: Float64Array
}

interface Loss {
  start(targets: Float64Array, rows: Int32Array): number
  /** Minus the gradient, and the curvature, of the loss of one row at the current sum. */
  slope(target: number, sum: number): number
  curvature(sum: number): number
  value(target: number, sum: number): number
}

const logistic = (sum: number) => 1 / (1 + Math.exp(-sum))

const LOSSES: Record<GradientBoosting['kind'], Loss> = {
  classes: {
    start: (targets, rows) => {
      const share = (mean(targets, rows) * rows.length + 0.5) / (rows.length + 1)
      return Math.log(share / (1 - share))
    },
    slope: (target, sum) => target - logistic(sum),
    curvature: (sum) => Math.max(1e-12, logistic(sum) * (1 - logistic(sum))),
    value: (target, sum) => Math.log1p(Math.exp(-Math.abs(sum))) + Math.max(sum, 0) - target * sum,
  },
  numbers: {
    start: mean,
    slope: (target, sum) => target - sum,
    curvature: () => 1,
    value: (target, sum) => (target - sum) ** 2,
  },
}

/** Two classes, 0 and 1, by logistic loss. */
export function trainBoostedClassifier(
  columns: Columns,
  labels: ArrayLike<number>,
  options: BoostingOptions = {},
): GradientBoosting {
  rowsOf(columns, labels.length)
  const targets = Float64Array.from(labels)
  targets.forEach((label, i) => {
    if (label !== 0 && label !== 1) throw new RangeError(`label ${i} must be 0 or 1, got ${label}`)
  })
  return boost('classes', columns, targets, options)
}

export function trainBoostedRegressor(
  columns: Columns,
  targets: ArrayLike<number>,
  options: BoostingOptions = {},
): GradientBoosting {
  rowsOf(columns, targets.length)
  const values = Float64Array.from(targets)
  values.forEach((value, i) => {
    if (!(Math.abs(value) < 1e150)) throw new RangeError(`target ${i} must be a finite number, got ${value}`)
  })
  return boost('numbers', columns, values, options)
}

/** Per row the chance of class 1, or the number. */
export function predictBoosting(model: GradientBoosting, columns: Columns): Float64Array {
  const rows = rowsOf(columns)
  if (columns.length !== model.features) {
    throw new RangeError(`the model knows ${model.features} features, got ${columns.length}`)
  }
  const sums = new Float64Array(rows).fill(model.start)
  for (const tree of model.trees) addPredictions(tree, columns, sums, 1)
  return model.kind === 'classes' ? sums.map(logistic) : sums
}

function boost(
  kind: GradientBoosting['kind'],
  columns: Columns,
  targets: Float64Array,
  options: BoostingOptions,
): GradientBoosting {
  const {
    rounds = 100,
    learningRate = 0.1,
    mostLeaves = 31,
    leastLeaf = 20,
    penalty = 1,
    patience = 0,
    seed = 1,
  } = options
  const loss = LOSSES[kind]
  const random = createRandom(seed)
  const binned = binColumns(columns)
  const importance = new Float64Array(columns.length)
  const { train, held } = holdOut(random, binned.rows, patience > 0)
  const start = train.length > 0 ? loss.start(targets, train) : 0
  const sums = new Float64Array(binned.rows).fill(start)
  const rules: GrowthRules = {
    penalty,
    leastLeaf,
    leastGain: 1e-9,
    deepest: 64,
    mostLeaves,
    featuresPerSplit: columns.length,
  }
  const trees: Tree[] = []
  const watch = createWatch(patience, () =>
    held.reduce((total, row) => total + loss.value(at(targets, row), at(sums, row)), 0),
  )
  for (let round = 0; round < rounds && train.length > 0; round++) {
    const rows = subset(random, train, options.subsample ?? 1)
    const sample = gradients(loss, targets, sums, rows)
    const tree = growTree(binned, sample, rules, { random, importance })
    tree.value = tree.value.map((value) => value * learningRate)
    trees.push(tree)
    for (let row = 0; row < sums.length; row++) sums[row] = at(sums, row) + at(tree.value, leafOf(tree, columns, row))
    if (patience > 0 && held.length > 0 && watch(trees.length)) {
      trees.length = watch.best()
      break
    }
  }
  const total = importance.reduce((sum, value) => sum + value, 0)
  return {
    kind,
    start,
    trees,
    features: columns.length,
    importance: importance.map((value) => (total > 0 ? value / total : 0)),
  }
}

const at = (values: Float64Array, i: number) => values[i] as number

function mean(values: Float64Array, rows: Int32Array): number {
  return rows.reduce((sum, row) => sum + at(values, row), 0) / rows.length
}

function holdOut(random: Random, rows: number, wanted: boolean): { train: Int32Array; held: Int32Array } {
  const order = Int32Array.from(new Int32Array(rows).keys())
  if (!wanted) return { train: order, held: new Int32Array(0) }
  random.shuffle(order)
  const cut = Math.floor(rows / 10)
  return { train: order.slice(cut).sort(), held: order.slice(0, cut) }
}

function subset(random: Random, rows: Int32Array, share: number): Int32Array {
  if (share >= 1) return rows.slice()
  const count = Math.max(1, Math.round(share * rows.length))
  return Int32Array.from(random.sample(rows.length, count), (k) => rows[k] as number)
}

function gradients(loss: Loss, targets: Float64Array, sums: Float64Array, rows: Int32Array): Sample {
  const slopes = Float64Array.from(rows, (row) => loss.slope(at(targets, row), at(sums, row)))
  const weights = Float64Array.from(rows, (row) => loss.curvature(at(sums, row)))
  return { rows, weights, sums: slopes, outputs: 1 }
}

/** True once the held-out loss has not fallen for `patience` rounds. */
function createWatch(patience: number, measure: () => number) {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  const watch = (round: number): boolean => {
    const now = measure()
    if (now < least) [least, best] = [now, round]
    return round - best >= patience
  }
  watch.best = () => best
  return watch
}
