/** Series of equal length side by side, each also seen at earlier steps. */
export interface LaggedWindow {
  series: readonly Float64Array[]
  /** Largest lag any column is read at; rows start there. */
  deepest: number
  /** Times t whose values at all lags up to `deepest` are present in all series. */
  rows: Int32Array
}

export function laggedWindow(series: readonly Float64Array[], deepest: number): LaggedWindow {
  const length = series[0]?.length ?? 0
  series.forEach((values, i) => {
    if (values.length !== length)
      throw new RangeError(`series ${i} has ${values.length} values, series 0 has ${length}`)
  })
  const rows: number[] = []
  // Steps since the last gap; a row needs `deepest` whole steps before it.
  let whole = 0
  for (let t = 0; t < length; t++) {
    whole = series.every((values) => Math.abs(values[t] as number) < 1e150) ? whole + 1 : 0
    if (whole > deepest) rows.push(t)
  }
  return { series, deepest, rows: Int32Array.from(rows) }
}

/** Values of one series at a lag, over the window's rows. */
export function columnAt({ series, rows }: LaggedWindow, index: number, lag: number): Float64Array {
  const values = series[index] as Float64Array
  const column = new Float64Array(rows.length)
  for (let k = 0; k < rows.length; k++) column[k] = values[(rows[k] as number) - lag] as number
  return column
}

/** Correlations of every series at every lag 0 … deepest with every other, column `lag · count + series`. */
export interface LaggedCorrelations {
  count: number
  rows: number
  matrix: Float64Array
  width: number
}

export function laggedCorrelations(window: LaggedWindow): LaggedCorrelations {
  const count = window.series.length
  const width = count * (window.deepest + 1)
  const rows = window.rows.length
  const columns: Float64Array[] = []
  for (let lag = 0; lag <= window.deepest; lag++) {
    for (let i = 0; i < count; i++) columns.push(standardise(columnAt(window, i, lag)))
  }
  const matrix = new Float64Array(width * width)
  for (let a = 0; a < width; a++) {
    const x = columns[a] as Float64Array
    for (let b = a; b < width; b++) {
      const y = columns[b] as Float64Array
      let sum = 0
      for (let k = 0; k < rows; k++) sum += (x[k] as number) * (y[k] as number)
      matrix[a * width + b] = sum
      matrix[b * width + a] = sum
    }
  }
  return { count, rows, matrix, width }
}

/** Mean 0 and length 1; a constant column becomes 0 and so correlates with nothing. */
function standardise(column: Float64Array): Float64Array {
  const mean = column.reduce((sum, value) => sum + value, 0) / (column.length || 1)
  let square = 0
  let largest = 0
  for (let k = 0; k < column.length; k++) {
    largest = Math.max(largest, Math.abs(column[k] as number))
    const centred = (column[k] as number) - mean
    column[k] = centred
    square += centred * centred
  }
  const length = Math.sqrt(square)
  const constant = !(length > 1e-12 * largest * Math.sqrt(column.length))
  for (let k = 0; k < column.length; k++) column[k] = constant ? 0 : (column[k] as number) / length
  return column
}
