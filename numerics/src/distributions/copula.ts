import type { Random } from '../random/index.ts'
import type { Distribution } from './distribution.ts'
import { normalCdf } from './error-function.ts'

export interface GaussianCopula {
  /** Part of the wished correlations that is kept: 1 when they were consistent, less when they had to be weakened. */
  kept: number
  /** One draw of dependent uniforms, one per variable. */
  uniforms(random: Random): Float64Array
  /** One draw of dependent values with the given margins. */
  draw(random: Random, margins: readonly Distribution[]): Float64Array
}

/**
 * Joins margins by the correlations of hidden normals (row by row, d × d). People state correlations pair by pair, and
 * the pairs may contradict each other; then all are weakened by the smallest common factor that makes them possible, and
 * `kept` says so.
 */
export function gaussianCopula(correlation: Float64Array): GaussianCopula {
  const size = Math.sqrt(correlation.length)
  check(correlation, size)
  const { lower, kept } = factorise(correlation, size)
  const uniforms = (random: Random) => {
    const free = Float64Array.from({ length: size }, () => random.normal())
    const result = new Float64Array(size)
    for (let i = 0; i < size; i++) {
      let sum = 0
      for (let j = 0; j <= i; j++) sum += (lower[i * size + j] as number) * (free[j] as number)
      result[i] = normalCdf(sum)
    }
    return result
  }
  return {
    kept,
    uniforms,
    draw(random, margins) {
      if (margins.length !== size) throw new RangeError(`${size} margins are needed, got ${margins.length}`)
      const drawn = uniforms(random)
      return drawn.map((u, i) => (margins[i] as Distribution).quantile(u))
    },
  }
}

function check(correlation: Float64Array, size: number): void {
  if (!Number.isInteger(size) || size === 0) {
    throw new RangeError(`a correlation matrix is square, got ${correlation.length} entries`)
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const value = correlation[i * size + j] as number
      const fine = i === j ? value === 1 : Math.abs(value) <= 1 && value === correlation[j * size + i]
      if (!fine)
        throw new RangeError(`correlation ${i}, ${j} is ${value}: needs 1 on the diagonal, symmetry and [-1, 1]`)
    }
  }
}

function factorise(correlation: Float64Array, size: number): { lower: Float64Array; kept: number } {
  const whole = cholesky(correlation, size, 1)
  if (whole) return { lower: whole, kept: 1 }
  let kept = 0
  for (let step = 0.5; step > 1e-9; step /= 2) if (cholesky(correlation, size, kept + step)) kept += step
  return { lower: cholesky(correlation, size, kept) ?? new Float64Array(0), kept }
}

/** Cholesky factor with off-diagonals times `factor`; undefined when that is not positive semi-definite. */
function cholesky(matrix: Float64Array, size: number, factor: number): Float64Array | undefined {
  const lower = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const left = (matrix[i * size + j] as number) * factor - rowProduct(lower, size, i, j)
      const pivot = lower[j * size + j] as number
      // A zero pivot means the variable is already determined; what is left over must be zero too.
      if (pivot < 1e-9 && Math.abs(left) > 1e-7) return undefined
      lower[i * size + j] = pivot < 1e-9 ? 0 : left / pivot
    }
    const left = (matrix[i * size + i] as number) - rowProduct(lower, size, i, i)
    if (left < -1e-12) return undefined
    lower[i * size + i] = Math.sqrt(Math.max(0, left))
  }
  return lower
}

/** Product of rows i and j over the columns before j. */
function rowProduct(lower: Float64Array, size: number, i: number, j: number): number {
  let sum = 0
  for (let k = 0; k < j; k++) sum += (lower[i * size + k] as number) * (lower[j * size + k] as number)
  return sum
}
