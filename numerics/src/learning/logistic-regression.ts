import { cholesky, createMatrix, solveCholesky } from '../linear-algebra/index.ts'
import { type Columns, rowsOf } from './binning.ts'

export interface LogisticRegression {
  intercept: number
  /** Per feature, in its own unit. */
  coefficients: Float64Array
  /** Missing values count as the feature's mean. */
  means: Float64Array
  rounds: number
  converged: boolean
}

export interface LogisticOptions {
  /** L2 penalty on the standardised coefficients; the intercept is free. A little keeps separable data finite. */
  penalty?: number
  /** Weight of each row. */
  weights?: ArrayLike<number>
}

const MOST_ROUNDS = 100

/** Newton's method on standardised features, with halved steps where a full one would lose likelihood. */
export function trainLogistic(
  columns: Columns,
  labels: ArrayLike<number>,
  options: LogisticOptions = {},
): LogisticRegression {
  const rows = rowsOf(columns, labels.length)
  checkLabels(labels)
  const { penalty = 1e-6, weights } = options
  const { design, means, scales } = standardise(columns, rows)
  const width = columns.length + 1
  const problem: Problem = { design, labels, weights, rows, width, penalty }
  let beta = new Float64Array(width)
  let loss = lossAt(problem, beta)
  let converged = rows === 0
  let round = 0
  while (!converged && round < MOST_ROUNDS) {
    round++
    const step = newtonStep(problem, beta)
    const longest = step.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    // Near the end the gain of a step drowns in rounding while it still squares the error: take it unseen.
    const close = longest < 1e-4
    let shrink = 1
    let next = beta.map((value, j) => value + (step[j] as number))
    let nextLoss = lossAt(problem, next)
    while (!close && !(nextLoss <= loss) && shrink > 1e-6) {
      shrink /= 2
      next = beta.map((value, j) => value + shrink * (step[j] as number))
      nextLoss = lossAt(problem, next)
    }
    if (!close && !(nextLoss <= loss)) break
    converged = longest < 1e-7 || loss - nextLoss <= 1e-15 * loss
    beta = next
    loss = nextLoss
  }
  const coefficients = scales.map((scale, j) => (beta[j + 1] as number) / scale)
  const shift = coefficients.reduce((sum, value, j) => sum + value * (means[j] as number), 0)
  return { intercept: (beta[0] as number) - shift, coefficients, means, rounds: round, converged }
}

function checkLabels(labels: ArrayLike<number>): void {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number
    if (!(label >= 0 && label <= 1)) throw new RangeError(`label ${i} must lie in [0, 1], got ${label}`)
  }
}

export function predictLogistic(model: LogisticRegression, columns: Columns): Float64Array {
  const rows = rowsOf(columns)
  const chances = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    let sum = model.intercept
    model.coefficients.forEach((coefficient, j) => {
      const value = (columns[j] as Float64Array)[i] as number
      sum += coefficient * (Number.isFinite(value) ? value : (model.means[j] as number))
    })
    chances[i] = 1 / (1 + Math.exp(-sum))
  }
  return chances
}

interface Problem {
  /** Rows of 1, then the standardised features. */
  design: Float64Array
  labels: ArrayLike<number>
  weights: ArrayLike<number> | undefined
  rows: number
  width: number
  penalty: number
}

function standardise(columns: Columns, rows: number) {
  const width = columns.length + 1
  const design = new Float64Array(rows * width)
  const means = new Float64Array(columns.length)
  const scales = new Float64Array(columns.length)
  columns.forEach((column, j) => {
    const known = column.filter((value) => Number.isFinite(value))
    const largest = known.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1
    const mean = known.reduce((sum, value) => sum + value / largest, 0) / (known.length || 1)
    const variance = known.reduce((sum, value) => sum + (value / largest - mean) ** 2, 0) / (known.length || 1)
    // Below 1e-290 a coefficient in the feature's own unit would overflow: such a spread is none.
    const spread = Math.sqrt(variance)
    const deviation = spread > 1e-12 && spread * largest > 1e-290 ? spread : 0
    means[j] = mean * largest
    // A constant feature stays at 0 and gets no coefficient.
    scales[j] = deviation > 0 ? deviation * largest : 1
    for (let i = 0; i < rows; i++) {
      const value = column[i] as number
      const usable = Number.isFinite(value) && deviation > 0
      design[i * width + j + 1] = usable ? (value / largest - mean) / deviation : 0
    }
  })
  for (let i = 0; i < rows; i++) design[i * width] = 1
  return { design, means, scales }
}

function linear({ design, width }: Problem, beta: Float64Array, row: number): number {
  let sum = 0
  for (let j = 0; j < width; j++) sum += (design[row * width + j] as number) * (beta[j] as number)
  return sum
}

function lossAt(problem: Problem, beta: Float64Array): number {
  let loss = 0
  for (let i = 0; i < problem.rows; i++) {
    const sum = linear(problem, beta, i)
    const weight = (problem.weights?.[i] as number | undefined) ?? 1
    loss += weight * (Math.max(sum, 0) + Math.log1p(Math.exp(-Math.abs(sum))) - (problem.labels[i] as number) * sum)
  }
  for (let j = 1; j < problem.width; j++) loss += 0.5 * problem.penalty * (beta[j] as number) ** 2
  return loss
}

function newtonStep(problem: Problem, beta: Float64Array): Float64Array {
  const { design, width, rows, penalty, labels, weights } = problem
  const curvature = createMatrix(width, width)
  const slope = new Float64Array(width)
  for (let i = 0; i < rows; i++) {
    const chance = 1 / (1 + Math.exp(-linear(problem, beta, i)))
    const weight = (weights?.[i] as number | undefined) ?? 1
    const bend = weight * chance * (1 - chance)
    const error = weight * ((labels[i] as number) - chance)
    for (let j = 0; j < width; j++) {
      const x = design[i * width + j] as number
      slope[j] = (slope[j] as number) + error * x
      for (let k = 0; k <= j; k++) {
        const at = j * width + k
        curvature.data[at] = (curvature.data[at] as number) + bend * x * (design[i * width + k] as number)
      }
    }
  }
  for (let j = 0; j < width; j++) {
    if (j > 0) slope[j] = (slope[j] as number) - penalty * (beta[j] as number)
    for (let k = 0; k < j; k++) curvature.data[k * width + j] = curvature.data[j * width + k] as number
    // The last term keeps saturated or collinear problems solvable; it is far below any penalty that matters.
    const at = j * width + j
    curvature.data[at] = (curvature.data[at] as number) * (1 + 1e-10) + (j > 0 ? penalty : 0) + 1e-10
  }
  const factor = cholesky(curvature)
  return factor ? solveCholesky(factor, slope) : slope.map((value) => value / (rows + 1))
}
