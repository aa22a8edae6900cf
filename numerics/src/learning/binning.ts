/** Feature columns of equal length; NaN is "missing" and stays usable. */
export type Columns = readonly Float64Array[]

/** Bin 0 is "missing"; bin b ≥ 1 holds values above cut b − 2 and up to cut b − 1. */
export interface Bins {
  /** Ascending cuts of each feature: bin b ends at `cuts[b − 1]`, the last bin has no end. */
  cuts: Float64Array[]
}

export interface BinnedColumns extends Bins {
  rows: number
  codes: Uint8Array[]
}

/** Enough to lose nothing that trees could use; twice as many would double the time spent looking at cuts. */
const MOST_BINS = 127

export function rowsOf(columns: Columns, expected?: number): number {
  const rows = columns[0]?.length ?? 0
  columns.forEach((column, j) => {
    if (column.length !== rows) throw new RangeError(`column ${j} has ${column.length} rows, column 0 has ${rows}`)
  })
  if (columns.length === 0) throw new RangeError('at least one feature column is needed')
  if (expected !== undefined && expected !== rows) throw new RangeError(`${expected} targets for ${rows} rows`)
  return rows
}

/** Cuts each feature into up to 127 bins of about equal count, at midpoints between neighbouring values. */
export function binColumns(columns: Columns): BinnedColumns {
  const cuts = columns.map(cutsOf)
  const codes = columns.map((column, j) => {
    const own = cuts[j] as Float64Array
    return Uint8Array.from(column, (value) => binOf(own, value))
  })
  return { rows: rowsOf(columns), cuts, codes }
}

export function binOf(cuts: Float64Array, value: number): number {
  if (Number.isNaN(value)) return 0
  let low = 0
  let high = cuts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (value > (cuts[middle] as number)) low = middle + 1
    else high = middle
  }
  return low + 1
}

function cutsOf(column: Float64Array): Float64Array {
  const sorted = column.filter((value) => !Number.isNaN(value)).sort()
  const cuts: number[] = []
  let distinct = 0
  for (let i = 1; i < sorted.length; i++) if (sorted[i] !== sorted[i - 1]) distinct++
  const every = distinct < MOST_BINS ? 1 : sorted.length / MOST_BINS
  let next = every
  for (let i = 1; i < sorted.length; i++) {
    const [before, after] = [sorted[i - 1] as number, sorted[i] as number]
    if (i < next || before === after) continue
    cuts.push(midpoint(before, after))
    if (cuts.length === MOST_BINS - 1) break
    while (next <= i) next += every
  }
  return Float64Array.from(cuts)
}

/** Between the two, never equal to the upper one, also where they are neighbours or infinite. */
function midpoint(before: number, after: number): number {
  const middle = before / 2 + after / 2
  return middle >= before && middle < after ? middle : before
}
