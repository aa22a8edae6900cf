import { createMatrix, type Matrix } from './matrix.ts'

/** Householder QR with column pivots: A P = Q R. `reflectors` holds R above and the reflections below the diagonal. */
export interface Qr {
  readonly rows: number
  readonly columns: number
  readonly reflectors: Float64Array
  /** Factor 2/vᵀv of each reflection. */
  readonly scales: Float64Array
  /** Diagonal of R. */
  readonly diagonal: Float64Array
  /** `pivots[k]` is the column of A that stands at place k. */
  readonly pivots: Int32Array
  /** Columns that are independent at the given tolerance. */
  readonly rank: number
}

export function qr(a: Matrix, tolerance = 1e-12): Qr {
  const { rows, columns } = a
  const m = a.data.slice()
  const steps = Math.min(rows, columns)
  const scales = new Float64Array(steps)
  const diagonal = new Float64Array(steps)
  const pivots = Int32Array.from({ length: columns }, (_, j) => j)
  let rank = 0
  let largest = 0
  for (let k = 0; k < steps; k++) {
    bringLongestColumn(m, pivots, { rows, columns, k })
    const norm = columnNorm(m, { rows, columns, k, j: k })
    if (k === 0) largest = norm
    if (!(norm > tolerance * largest && norm < Number.POSITIVE_INFINITY)) break
    scales[k] = reflect(m, { rows, columns, k, norm })
    diagonal[k] = m[k * columns + k] as number
    rank++
    // the reflection's head is kept where R's diagonal stood; R's own value is in `diagonal`
    const head = diagonal[k] as number
    const signed = head >= 0 ? -norm : norm
    m[k * columns + k] = head - signed
    diagonal[k] = signed
    applyToRest(m, scales[k] as number, { rows, columns, k })
  }
  return { rows, columns, reflectors: m, scales, diagonal, pivots, rank }
}

interface Place {
  rows: number
  columns: number
  k: number
}

function columnNorm(m: Float64Array, { rows, columns, k, j }: Place & { j: number }): number {
  let largest = 0
  for (let i = k; i < rows; i++) largest = Math.max(largest, Math.abs(m[i * columns + j] as number))
  if (largest === 0 || largest === Number.POSITIVE_INFINITY || Number.isNaN(largest)) return largest
  let sum = 0
  for (let i = k; i < rows; i++) sum += ((m[i * columns + j] as number) / largest) ** 2
  return largest * Math.sqrt(sum)
}

function bringLongestColumn(m: Float64Array, pivots: Int32Array, place: Place): void {
  const { rows, columns, k } = place
  let best = k
  let longest = -1
  for (let j = k; j < columns; j++) {
    const norm = columnNorm(m, { ...place, j })
    // a clear gain is asked for, so that equal columns keep the caller's order
    if (norm > longest * (1 + 1e-9)) {
      longest = norm
      best = j
    }
  }
  if (best === k) return
  for (let i = 0; i < rows; i++) {
    const held = m[i * columns + k] as number
    m[i * columns + k] = m[i * columns + best] as number
    m[i * columns + best] = held
  }
  const held = pivots[k] as number
  pivots[k] = pivots[best] as number
  pivots[best] = held
}

/** 2/vᵀv of the reflection that sends column k onto its axis. */
function reflect(m: Float64Array, { columns, k, norm }: Place & { norm: number }): number {
  return 1 / (norm * (norm + Math.abs(m[k * columns + k] as number)))
}

function applyToRest(m: Float64Array, scale: number, { rows, columns, k }: Place): void {
  for (let j = k + 1; j < columns; j++) {
    let sum = 0
    for (let i = k; i < rows; i++) sum += (m[i * columns + k] as number) * (m[i * columns + j] as number)
    sum *= scale
    for (let i = k; i < rows; i++)
      m[i * columns + j] = (m[i * columns + j] as number) - sum * (m[i * columns + k] as number)
  }
}

/** Qᵀb, in place on a copy. */
export function applyQTransposed(f: Qr, b: ArrayLike<number>): Float64Array {
  const { rows, columns, reflectors: m } = f
  const y = Float64Array.from(b)
  for (let k = 0; k < f.rank; k++) {
    let sum = 0
    for (let i = k; i < rows; i++) sum += (m[i * columns + k] as number) * (y[i] as number)
    sum *= f.scales[k] as number
    for (let i = k; i < rows; i++) y[i] = (y[i] as number) - sum * (m[i * columns + k] as number)
  }
  return y
}

/** Solves R z = y over the independent columns; the dependent ones get coefficient 0. */
export function solveR(f: Qr, y: ArrayLike<number>): Float64Array {
  const { columns, reflectors: m } = f
  const z = new Float64Array(f.rank)
  for (let i = f.rank - 1; i >= 0; i--) {
    let sum = y[i] as number
    for (let j = i + 1; j < f.rank; j++) sum -= (m[i * columns + j] as number) * (z[j] as number)
    z[i] = sum / (f.diagonal[i] as number)
  }
  const x = new Float64Array(columns)
  for (let k = 0; k < f.rank; k++) x[f.pivots[k] as number] = z[k] as number
  return x
}

/** (AᵀA)⁻¹ over the independent columns (0 elsewhere): the covariance of coefficients but for the noise variance. */
export function gramInverse(f: Qr): Matrix {
  const { columns, rank, reflectors: m } = f
  const inverse = createMatrix(rank, rank)
  const r = inverse.data
  for (let j = 0; j < rank; j++) {
    r[j * rank + j] = 1 / (f.diagonal[j] as number)
    for (let i = j - 1; i >= 0; i--) {
      let sum = 0
      for (let k = i + 1; k <= j; k++) sum -= (m[i * columns + k] as number) * (r[k * rank + j] as number)
      r[i * rank + j] = sum / (f.diagonal[i] as number)
    }
  }
  const result = createMatrix(columns, columns)
  for (let i = 0; i < rank; i++)
    for (let j = 0; j < rank; j++) {
      let sum = 0
      for (let k = Math.max(i, j); k < rank; k++) sum += (r[i * rank + k] as number) * (r[j * rank + k] as number)
      result.data[(f.pivots[i] as number) * columns + (f.pivots[j] as number)] = sum
    }
  return result
}
