import { createMatrix, type Matrix } from './matrix.ts'

/** Lower triangular L with A = LLᵀ, or undefined when A is not (numerically) positive definite. */
export function cholesky(a: Matrix): Matrix | undefined {
  const n = a.rows
  if (n !== a.columns) throw new RangeError(`Cholesky needs a square matrix, got ${a.rows} × ${a.columns}`)
  const lower = createMatrix(n, n)
  const l = lower.data
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a.data[i * n + j] as number
      for (let k = 0; k < j; k++) sum -= (l[i * n + k] as number) * (l[j * n + k] as number)
      if (i !== j) l[i * n + j] = sum / (l[j * n + j] as number)
      // relative to the diagonal: rounding leaves a semi-definite matrix a pivot near 1e-16 of its entry
      else if (sum > 1e-14 * Math.abs(a.data[i * n + i] as number) && sum < Number.POSITIVE_INFINITY)
        l[i * n + i] = Math.sqrt(sum)
      else return undefined
    }
  }
  return lower
}

/** Solves LLᵀx = b. */
export function solveCholesky(lower: Matrix, b: ArrayLike<number>): Float64Array {
  const n = lower.rows
  const l = lower.data
  const x = Float64Array.from(b)
  for (let i = 0; i < n; i++) {
    let sum = x[i] as number
    for (let k = 0; k < i; k++) sum -= (l[i * n + k] as number) * (x[k] as number)
    x[i] = sum / (l[i * n + i] as number)
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i] as number
    for (let k = i + 1; k < n; k++) sum -= (l[k * n + i] as number) * (x[k] as number)
    x[i] = sum / (l[i * n + i] as number)
  }
  return x
}

/** ln det A from its Cholesky factor. */
export function logDeterminant(lower: Matrix): number {
  let sum = 0
  for (let i = 0; i < lower.rows; i++) sum += Math.log(lower.data[i * lower.rows + i] as number)
  return 2 * sum
}

/** A⁻¹ from its Cholesky factor. */
export function inverseFromCholesky(lower: Matrix): Matrix {
  const n = lower.rows
  const inverse = createMatrix(n, n)
  const unit = new Float64Array(n)
  for (let j = 0; j < n; j++) {
    unit.fill(0)
    unit[j] = 1
    const column = solveCholesky(lower, unit)
    for (let i = 0; i < n; i++) inverse.data[i * n + j] = column[i] as number
  }
  return inverse
}
