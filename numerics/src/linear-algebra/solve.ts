import type { Matrix } from './matrix.ts'

/** Solves the square system Ax = b by elimination with row pivots; undefined when A is singular. */
export function solve(a: Matrix, b: ArrayLike<number>): Float64Array | undefined {
  const n = a.rows
  if (n !== a.columns || b.length !== n)
    throw new RangeError(`a square system is needed, got ${a.rows} × ${a.columns} with ${b.length} right-hand sides`)
  const m = a.data.slice()
  const x = Float64Array.from(b)
  for (let k = 0; k < n; k++) {
    if (!pivot(m, x, n, k)) return undefined
    const head = m[k * n + k] as number
    for (let i = k + 1; i < n; i++) {
      const factor = (m[i * n + k] as number) / head
      if (factor === 0) continue
      for (let j = k; j < n; j++) m[i * n + j] = (m[i * n + j] as number) - factor * (m[k * n + j] as number)
      x[i] = (x[i] as number) - factor * (x[k] as number)
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i] as number
    for (let j = i + 1; j < n; j++) sum -= (m[i * n + j] as number) * (x[j] as number)
    x[i] = sum / (m[i * n + i] as number)
  }
  return x
}

/** Brings the largest entry of column k to the diagonal; false when there is none. */
function pivot(m: Float64Array, x: Float64Array, n: number, k: number): boolean {
  let best = k
  for (let i = k + 1; i < n; i++) if (Math.abs(m[i * n + k] as number) > Math.abs(m[best * n + k] as number)) best = i
  const head = Math.abs(m[best * n + k] as number)
  if (!(head > 0 && head < Number.POSITIVE_INFINITY)) return false
  if (best !== k) {
    for (let j = 0; j < n; j++) {
      const held = m[k * n + j] as number
      m[k * n + j] = m[best * n + j] as number
      m[best * n + j] = held
    }
    const held = x[k] as number
    x[k] = x[best] as number
    x[best] = held
  }
  return true
}
