import { cholesky, solveCholesky } from './cholesky.ts'
import { gram, type Matrix, multiplyVector } from './matrix.ts'
import { applyQTransposed, gramInverse, qr, solveR } from './qr.ts'

export interface LeastSquaresFit {
  readonly coefficients: Float64Array
  readonly residuals: Float64Array
  readonly residualSumOfSquares: number
  /** Independent columns; the others have coefficient 0. */
  readonly rank: number
  /** (AᵀA)⁻¹; times the noise variance it is the covariance of the coefficients. */
  readonly gramInverse: Matrix
}

/** Coefficients that bring A·x nearest to b, by pivoted QR: collinear columns are left out, never an error. */
export function leastSquares(a: Matrix, b: ArrayLike<number>): LeastSquaresFit {
  if (a.rows !== b.length) throw new RangeError(`${a.rows} rows but ${b.length} observations`)
  const factors = qr(a)
  const coefficients = solveR(factors, applyQTransposed(factors, b))
  const fitted = multiplyVector(a, coefficients)
  const residuals = Float64Array.from(fitted, (value, i) => (b[i] as number) - value)
  let residualSumOfSquares = 0
  for (const r of residuals) residualSumOfSquares += r * r
  return { coefficients, residuals, residualSumOfSquares, rank: factors.rank, gramInverse: gramInverse(factors) }
}

/** Ridge regression by normal equations: fast for many rows; `penalty` is added to the diagonal of AᵀA per column. */
export function ridge(a: Matrix, b: ArrayLike<number>, penalty: number | ArrayLike<number>): Float64Array {
  const g = gram(a)
  const n = a.columns
  for (let i = 0; i < n; i++)
    g.data[i * n + i] = (g.data[i * n + i] as number) + (typeof penalty === 'number' ? penalty : (penalty[i] as number))
  const right = new Float64Array(n)
  for (let r = 0; r < a.rows; r++)
    for (let j = 0; j < n; j++) right[j] = (right[j] as number) + (a.data[r * n + j] as number) * (b[r] as number)
  const lower = cholesky(g)
  return lower ? solveCholesky(lower, right) : leastSquares(a, b).coefficients
}
