import { regularizedBeta } from '../../distributions/index.ts'
import type { LaggedCorrelations } from './lagged.ts'

export interface PartialCorrelation {
  value: number
  /** Two-sided, by Student's t with rows − 2 − conditions degrees of freedom. */
  p: number
}

/** A variable whose variance is this far explained by the conditions before it is taken as one of them. */
const COLLINEAR = 1e-10

/** Correlation of columns x and y once the linear part of the conditions is taken out of both. */
export function partialCorrelation(
  correlations: LaggedCorrelations,
  x: number,
  y: number,
  conditions: readonly number[],
): PartialCorrelation {
  const order = [...conditions, x, y]
  const n = order.length
  const lower = new Float64Array(n * n)
  for (let i = 0; i < n; i++) factorRow(correlations, order, lower, i)
  const cross = lower[(n - 1) * n + n - 2] as number
  const own = lower[n * n - 1] as number
  const length = Math.hypot(cross, own)
  const value = length > 0 ? Math.max(-1, Math.min(1, cross / length)) : 0
  return { value, p: correlationP(value, correlations.rows - 2 - conditions.length) }
}

/** Row i of the Cholesky factor of the correlations in the given order; a collinear row is set to 0. */
function factorRow(
  { matrix, width }: LaggedCorrelations,
  order: readonly number[],
  lower: Float64Array,
  i: number,
): void {
  const n = order.length
  const row = (order[i] as number) * width
  let left = matrix[row + (order[i] as number)] as number
  const least = COLLINEAR * left
  for (let j = 0; j < i; j++) {
    const pivot = lower[j * n + j] as number
    if (pivot === 0) continue
    let sum = matrix[row + (order[j] as number)] as number
    for (let k = 0; k < j; k++) sum -= (lower[i * n + k] as number) * (lower[j * n + k] as number)
    const value = sum / pivot
    lower[i * n + j] = value
    left -= value * value
  }
  lower[i * n + i] = left > least ? Math.sqrt(left) : 0
  // y itself may be wholly explained by x: only then its cross term must stay.
  if (left <= least && i < n - 1) lower.fill(0, i * n, i * n + n)
}

/** P(|r| at least this large) when nothing is related. */
export function correlationP(r: number, degrees: number): number {
  if (degrees <= 0) return 1
  return regularizedBeta(Math.max(0, 1 - r * r), degrees / 2, 0.5)
}
