/** Dense matrix, row-major: element (i, j) is `data[i * columns + j]`. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  readonly data: Float64Array
}

export function createMatrix(rows: number, columns: number, data?: Float64Array): Matrix {
  if (data && data.length !== rows * columns)
    throw new RangeError(`a ${rows} × ${columns} matrix needs ${rows * columns} numbers, got ${data.length}`)
  return { rows, columns, data: data ?? new Float64Array(rows * columns) }
}

export function matrixFromRows(rows: readonly ArrayLike<number>[]): Matrix {
  const columns = rows[0]?.length ?? 0
  const matrix = createMatrix(rows.length, columns)
  rows.forEach((row, i) => {
    if (row.length !== columns) throw new RangeError(`row ${i} has ${row.length} numbers, the first row ${columns}`)
    matrix.data.set(row, i * columns)
  })
  return matrix
}

export function identity(size: number): Matrix {
  const matrix = createMatrix(size, size)
  for (let i = 0; i < size; i++) matrix.data[i * size + i] = 1
  return matrix
}

export function transpose(a: Matrix): Matrix {
  const t = createMatrix(a.columns, a.rows)
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < a.columns; j++) t.data[j * a.rows + i] = a.data[i * a.columns + j] as number
  return t
}

export function multiply(a: Matrix, b: Matrix): Matrix {
  if (a.columns !== b.rows)
    throw new RangeError(`cannot multiply ${a.rows} × ${a.columns} by ${b.rows} × ${b.columns}: inner sizes differ`)
  const product = createMatrix(a.rows, b.columns)
  const { columns } = b
  for (let i = 0; i < a.rows; i++) {
    for (let k = 0; k < a.columns; k++) {
      const factor = a.data[i * a.columns + k] as number
      if (factor === 0) continue
      for (let j = 0; j < columns; j++)
        product.data[i * columns + j] =
          (product.data[i * columns + j] as number) + factor * (b.data[k * columns + j] as number)
    }
  }
  return product
}

export function multiplyVector(a: Matrix, x: ArrayLike<number>): Float64Array {
  if (a.columns !== x.length) throw new RangeError(`a ${a.rows} × ${a.columns} matrix cannot take ${x.length} numbers`)
  const product = new Float64Array(a.rows)
  for (let i = 0; i < a.rows; i++) {
    let sum = 0
    for (let j = 0; j < a.columns; j++) sum += (a.data[i * a.columns + j] as number) * (x[j] as number)
    product[i] = sum
  }
  return product
}

/** AᵀA, computed once per pair since it is symmetric. */
export function gram(a: Matrix): Matrix {
  const n = a.columns
  const g = createMatrix(n, n)
  for (let r = 0; r < a.rows; r++) {
    const at = r * n
    for (let i = 0; i < n; i++) {
      const factor = a.data[at + i] as number
      if (factor === 0) continue
      for (let j = i; j < n; j++)
        g.data[i * n + j] = (g.data[i * n + j] as number) + factor * (a.data[at + j] as number)
    }
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) g.data[i * n + j] = g.data[j * n + i] as number
  return g
}

/** AᵀB. */
export function transposeMultiply(a: Matrix, b: Matrix): Matrix {
  return multiply(transpose(a), b)
}

export function columnOf(a: Matrix, j: number): Float64Array {
  const column = new Float64Array(a.rows)
  for (let i = 0; i < a.rows; i++) column[i] = a.data[i * a.columns + j] as number
  return column
}

export function rowOf(a: Matrix, i: number): Float64Array {
  return a.data.slice(i * a.columns, (i + 1) * a.columns)
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}
