import { fisherF } from '../../distributions/index.ts'
import { createMatrix, leastSquares } from '../../linear-algebra/index.ts'
import { columnAt, laggedWindow } from './lagged.ts'

export interface GrangerTest {
  /** F statistic of "the past of x helps to foretell y beyond y's own past". */
  f: number
  p: number
  /** The lag of x whose coefficient stands out most. */
  lag: number
}

/**
 * Pairwise Granger test with `maxLag` lags of each. It sees neither common drivers nor indirect paths: a floor to compare
 * with, or a first look at two series.
 */
export function grangerTest(x: Float64Array, y: Float64Array, maxLag: number): GrangerTest {
  const window = laggedWindow([x, y], maxLag)
  const rows = window.rows.length
  const degrees = rows - 2 * maxLag - 1
  if (degrees < 1) return { f: 0, p: 1, lag: 1 }
  const target = columnAt(window, 1, 0)
  const own: Float64Array[] = [new Float64Array(rows).fill(1)]
  const other: Float64Array[] = []
  for (let lag = 1; lag <= maxLag; lag++) {
    own.push(columnAt(window, 1, lag))
    other.push(columnAt(window, 0, lag))
  }
  const short = leastSquares(side(own), target)
  const long = leastSquares(side([...own, ...other]), target)
  const added = long.rank - short.rank
  const unit = long.residualSumOfSquares / degrees
  if (added < 1 || !(unit > 0)) return { f: 0, p: 1, lag: 1 }
  const f = Math.max(0, (short.residualSumOfSquares - long.residualSumOfSquares) / added / unit)
  let lag = 1
  let most = -1
  for (let k = 1; k <= maxLag; k++) {
    const j = maxLag + k
    const variance = (long.gramInverse.data[j * long.gramInverse.columns + j] as number) * unit
    const t = variance > 0 ? Math.abs(long.coefficients[j] as number) / Math.sqrt(variance) : 0
    if (t > most) [most, lag] = [t, k]
  }
  return { f, p: fisherF(added, degrees).upper(f), lag }
}

function side(columns: readonly Float64Array[]) {
  const rows = columns[0]?.length ?? 0
  const matrix = createMatrix(rows, columns.length)
  columns.forEach((column, j) => {
    for (let i = 0; i < rows; i++) matrix.data[i * columns.length + j] = column[i] as number
  })
  return matrix
}
