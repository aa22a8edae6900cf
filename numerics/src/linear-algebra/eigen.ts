import { createMatrix, identity, type Matrix, multiply, transpose } from './matrix.ts'

export interface SymmetricEigen {
  /** Largest first. */
  readonly values: Float64Array
  /** Column j belongs to `values[j]`; columns have length 1. */
  readonly vectors: Matrix
}

const SWEEPS = 60

/** Eigenvalues and vectors of a symmetric matrix by cyclic Jacobi rotations: slow beyond some 200 columns, but exact. */
export function symmetricEigen(a: Matrix): SymmetricEigen {
  const n = a.rows
  if (n !== a.columns) throw new RangeError(`a symmetric matrix is square, got ${a.rows} × ${a.columns}`)
  const m = a.data.slice()
  const v = identity(n).data // rows are the vectors here: rotations then walk memory in order
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let turned = false
    for (let p = 0; p < n - 1; p++)
      for (let q = p + 1; q < n; q++) {
        const off = m[p * n + q] as number
        const diagonals = Math.abs((m[p * n + p] as number) * (m[q * n + q] as number))
        if (off * off <= 1e-32 * diagonals || Math.abs(off) < 1e-300) continue
        turned = true
        rotate(m, v, { n, p, q })
      }
    if (!turned) break
  }
  return sorted(m, v, n)
}

function rotate(m: Float64Array, v: Float64Array, { n, p, q }: { n: number; p: number; q: number }): void {
  const off = m[p * n + q] as number
  const app = m[p * n + p] as number
  const aqq = m[q * n + q] as number
  const theta = (aqq - app) / (2 * off)
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1))
  const c = 1 / Math.hypot(t, 1)
  const s = t * c
  for (let k = 0; k < n; k++) {
    const vp = v[p * n + k] as number
    const vq = v[q * n + k] as number
    v[p * n + k] = c * vp - s * vq
    v[q * n + k] = s * vp + c * vq
    if (k === p || k === q) continue
    const mp = m[p * n + k] as number
    const mq = m[q * n + k] as number
    const newP = c * mp - s * mq
    const newQ = s * mp + c * mq
    m[p * n + k] = newP
    m[k * n + p] = newP
    m[q * n + k] = newQ
    m[k * n + q] = newQ
  }
  m[p * n + p] = app - t * off
  m[q * n + q] = aqq + t * off
  m[p * n + q] = 0
  m[q * n + p] = 0
}

function sorted(m: Float64Array, v: Float64Array, n: number): SymmetricEigen {
  const diagonal = Float64Array.from({ length: n }, (_, i) => m[i * n + i] as number)
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => (diagonal[j] as number) - (diagonal[i] as number))
  const vectors = createMatrix(n, n)
  order.forEach((from, to) => {
    for (let k = 0; k < n; k++) vectors.data[k * n + to] = v[from * n + k] as number
  })
  return { values: Float64Array.from(order, (i) => diagonal[i] as number), vectors }
}

/** Σ f(λ) v vᵀ: square roots, inverses and powers of a symmetric matrix. */
export function symmetricFunction(a: Matrix, f: (eigenvalue: number) => number): Matrix {
  const { values, vectors } = symmetricEigen(a)
  const n = a.rows
  const scaled = createMatrix(n, n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) scaled.data[i * n + j] = (vectors.data[i * n + j] as number) * f(values[j] as number)
  return multiply(scaled, transpose(vectors))
}
