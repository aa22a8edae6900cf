import { createRandom, type Random } from '../random/index.ts'
import { binColumns, type Columns, rowsOf } from './binning.ts'
import { type GrowthRules, growTree } from './grow.ts'
import { type Loss, logisticLoss, softmaxLoss, squaredLoss } from './losses.ts'
import type { Sample } from './split.ts'
import { checkTargets, countClasses } from './targets.ts'
import { leafOf, type Tree } from './tree.ts'

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

/** A trained ensemble, plain data: the start plus the sum of the trees, turned into chances for classes. */
export interface GradientBoosting {
  kind: 'classes' | 'numbers'
  /** 1 for numbers and for two classes, else the number of classes; tree t adds to output t mod outputs. */
  outputs: number
  start: Float64Array
  trees: Tree[]
  features: number
  /** Share of the loss removed by each feature. */
  importance: Float64Array
}

/** `labels` are class numbers 0, 1, …; two classes by logistic loss, more by cross entropy. */
export function trainBoostedClassifier(
  columns: Columns,
  labels: ArrayLike<number>,
  options: BoostingOptions = {},
): GradientBoosting {
  rowsOf(columns, labels.length)
  const classes = countClasses(labels)
  return {
    kind: 'classes',
    ...boost(columns, Float64Array.from(labels), classes === 2 ? 1 : classes, 'classes', options),
  }
}

export function trainBoostedRegressor(
  columns: Columns,
  targets: ArrayLike<number>,
  options: BoostingOptions = {},
): GradientBoosting {
  rowsOf(columns, targets.length)
  const values = Float64Array.from(targets)
  checkTargets(values)
  return { kind: 'numbers', ...boost(columns, values, 1, 'numbers', options) }
}

/** Per row: chance of class 1 (two classes), one chance per class (more), or the number. */
export function predictBoosting(model: GradientBoosting, columns: Columns): Float64Array {
  const rows = rowsOf(columns)
  if (columns.length !== model.features) {
    throw new RangeError(`the model knows ${model.features} features, got ${columns.length}`)
  }
  const sums = startSums(model.start, rows)
  model.trees.forEach((tree, t) => {
    addTree(sums, tree, columns, { output: t % model.outputs, outputs: model.outputs })
  })
  return lossOf(model.kind, model.outputs).answer(sums)
}

function lossOf(kind: GradientBoosting['kind'], outputs: number): Loss {
  if (kind === 'numbers') return squaredLoss
  return outputs === 1 ? logisticLoss : softmaxLoss(outputs)
}

function boost(
  columns: Columns,
  targets: Float64Array,
  outputs: number,
  kind: GradientBoosting['kind'],
  options: BoostingOptions,
): Omit<GradientBoosting, 'kind'> {
  const { rounds = 100, learningRate = 0.1, patience = 0, subsample = 1, seed = 1 } = options
  const loss = lossOf(kind, outputs)
  const random = createRandom(seed)
  const binned = binColumns(columns)
  const importance = new Float64Array(columns.length)
  const { train, held } = holdOut(random, binned.rows, patience > 0)
  const start = train.length > 0 ? loss.start(targets, train) : new Float64Array(outputs)
  const sums = startSums(start, binned.rows)
  const rules = rulesOf(options, columns.length)
  const trees: Tree[] = []
  const watch = createWatch(patience, () =>
    held.reduce((total, row) => total + loss.value(targets[row] as number, sums, row), 0),
  )
  for (let round = 0; round < rounds && train.length > 0; round++) {
    const rows = subset(random, train, subsample)
    // All trees of a round see the sums as they were before it.
    const samples = Array.from({ length: outputs }, (_, k) => gradients(loss, targets, sums, { rows, k }))
    samples.forEach((sample, output) => {
      const tree = growTree(binned, sample, rules, { random, importance })
      tree.value = tree.value.map((value) => value * learningRate)
      trees.push(tree)
      addTree(sums, tree, columns, { output, outputs })
    })
    if (held.length > 0 && watch(round + 1)) {
      trees.length = watch.best() * outputs
      break
    }
  }
  const total = importance.reduce((sum, value) => sum + value, 0)
  const shares = importance.map((value) => (total > 0 ? value / total : 0))
  return { outputs, start, trees, features: columns.length, importance: shares }
}

function rulesOf({ mostLeaves = 31, leastLeaf = 20, penalty = 1 }: BoostingOptions, features: number): GrowthRules {
  return { penalty, leastLeaf, leastGain: 1e-9, deepest: 64, mostLeaves, featuresPerSplit: features }
}

function startSums(start: Float64Array, rows: number): Float64Array {
  const sums = new Float64Array(rows * start.length)
  for (let i = 0; i < sums.length; i++) sums[i] = start[i % start.length] as number
  return sums
}

function addTree(sums: Float64Array, tree: Tree, columns: Columns, to: { output: number; outputs: number }): void {
  const rows = sums.length / to.outputs
  for (let row = 0; row < rows; row++) {
    const i = row * to.outputs + to.output
    sums[i] = (sums[i] as number) + (tree.value[leafOf(tree, columns, row)] as number)
  }
}

function holdOut(random: Random, rows: number, wanted: boolean): { train: Int32Array; held: Int32Array } {
  const order = Int32Array.from(new Int32Array(rows).keys())
  if (!wanted) return { train: order, held: new Int32Array(0) }
  random.shuffle(order)
  const cut = Math.floor(rows / 10)
  return { train: order.slice(cut).sort(), held: order.slice(0, cut) }
}

function subset(random: Random, rows: Int32Array, share: number): Int32Array {
  if (share >= 1) return rows
  const count = Math.max(1, Math.round(share * rows.length))
  return Int32Array.from(random.sample(rows.length, count), (k) => rows[k] as number)
}

function gradients(
  loss: Loss,
  targets: Float64Array,
  sums: Float64Array,
  { rows, k }: { rows: Int32Array; k: number },
): Sample {
  const slopes = new Float64Array(rows.length)
  const weights = new Float64Array(rows.length)
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number
    slopes[i] = loss.slope(targets[row] as number, sums, row, k)
    weights[i] = loss.curvature(sums, row, k)
  }
  // Growing rearranges the rows, so each tree gets its own.
  return { rows: rows.slice(), weights, sums: slopes, outputs: 1 }
}

/** True once the held-out loss has not fallen for `patience` rounds. */
function createWatch(patience: number, measure: () => number) {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  const watch = (round: number): boolean => {
    const now = measure()
    if (now < least) {
      least = now
      best = round
    }
    return round - best >= patience
  }
  watch.best = () => best
  return watch
}
