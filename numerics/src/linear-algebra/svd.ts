import { createMatrix, type Matrix, multiply, transpose } from './matrix.ts'

/** A = U diag(values) Vᵀ with min(rows, columns) values, largest first. */
export interface Svd {
  readonly u: Matrix
  readonly values: Float64Array
  readonly v: Matrix
}

const SWEEPS = 60

/** Singular value decomposition by one-sided Jacobi: small singular values keep their relative accuracy. */
export function svd(a: Matrix): Svd {
  if (a.rows < a.columns) {
    const flipped = svd(transpose(a))
    return { u: flipped.v, values: flipped.values, v: flipped.u }
  }
  const { rows, columns } = a
  // columns of A and of V kept as rows, so that a rotation walks memory in order
  const w = transpose(a).data
  const v = new Float64Array(columns * columns)
  for (let j = 0; j < columns; j++) v[j * columns + j] = 1
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let turned = false
    for (let p = 0; p < columns - 1; p++)
      for (let q = p + 1; q < columns; q++) if (orthogonalise(w, v, { rows, columns, p, q })) turned = true
    if (!turned) break
  }
  return assembled(w, v, rows, columns)
}

function orthogonalise(
  w: Float64Array,
  v: Float64Array,
  { rows, columns, p, q }: { rows: number; columns: number; p: number; q: number },
): boolean {
  let alpha = 0
  let beta = 0
  let gamma = 0
  for (let k = 0; k < rows; k++) {
    const x = w[p * rows + k] as number
    const y = w[q * rows + k] as number
    alpha += x * x
    beta += y * y
    gamma += x * y
  }
  if (!(Math.abs(gamma) > 1e-15 * Math.sqrt(alpha * beta))) return false
  const zeta = (beta - alpha) / (2 * gamma)
  const t = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.hypot(zeta, 1))
  const c = 1 / Math.hypot(t, 1)
  turn(w, { length: rows, p, q, c, s: c * t })
  turn(v, { length: columns, p, q, c, s: c * t })
  return true
}

function turn(
  m: Float64Array,
  { length, p, q, c, s }: { length: number; p: number; q: number; c: number; s: number },
): void {
  for (let k = 0; k < length; k++) {
    const x = m[p * length + k] as number
    const y = m[q * length + k] as number
    m[p * length + k] = c * x - s * y
    m[q * length + k] = s * x + c * y
  }
}

function assembled(w: Float64Array, v: Float64Array, rows: number, columns: number): Svd {
  const norms = new Float64Array(columns)
  for (let j = 0; j < columns; j++) {
    let sum = 0
    for (let k = 0; k < rows; k++) sum += (w[j * rows + k] as number) ** 2
    norms[j] = Math.sqrt(sum)
  }
  const order = Array.from({ length: columns }, (_, j) => j).sort((i, j) => (norms[j] as number) - (norms[i] as number))
  const u = createMatrix(rows, columns)
  const right = createMatrix(columns, columns)
  order.forEach((from, to) => {
    const norm = norms[from] as number
    for (let k = 0; k < rows; k++) u.data[k * columns + to] = norm > 0 ? (w[from * rows + k] as number) / norm : 0
    for (let k = 0; k < columns; k++) right.data[k * columns + to] = v[from * columns + k] as number
  })
  return { u, values: Float64Array.from(order, (j) => norms[j] as number), v: right }
}

/** Moore–Penrose inverse; singular values below `tolerance` of the largest count as zero. */
export function pseudoInverse(a: Matrix, tolerance = 1e-12): Matrix {
  const { u, values, v } = svd(a)
  const floor = tolerance * (values[0] ?? 0)
  const scaled = createMatrix(v.rows, v.columns)
  for (let i = 0; i < v.rows; i++)
    for (let j = 0; j < v.columns; j++) {
      const value = values[j] as number
      scaled.data[i * v.columns + j] = value > floor ? (v.data[i * v.columns + j] as number) / value : 0
    }
  return multiply(scaled, transpose(u))
}
