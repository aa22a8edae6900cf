import type { BinnedColumns } from './binning.ts'

/**
 * The rows a tree is grown on, position by position; splitting a node rearranges its positions, so that each node is one
 * stretch of them and its numbers are read in a row.
 */
export interface Sample {
  rows: Int32Array
  /** Bootstrap count (forest) or curvature (boosting). */
  weights: Float64Array
  /** Weight × target (forest) or minus gradient (boosting), `outputs` a position. */
  sums: Float64Array
  outputs: number
}

export interface SplitRules {
  /** Added to every weight sum; shrinks leaves of little weight. */
  penalty: number
  leastLeaf: number
  leastGain: number
}

export interface Split {
  feature: number
  /** Rows of this bin and below go left. */
  bin: number
  missingLeft: boolean
  gain: number
}

/** Below this many rows sorting beats a table of all bins. */
const SMALL = 32
const BINS = 256

/** Sums per occupied bin of one feature, in ascending order of bin. */
export interface Cells {
  used: number
  bin: Int32Array
  count: Int32Array
  weight: Float64Array
  sums: Float64Array
}

export type SplitFinder = (feature: number, from: number, to: number) => Split | undefined

/** Finds the best cut of one feature for the positions `from … to − 1`; the room for its tables is made once. */
export function createSplitFinder(binned: BinnedColumns, sample: Sample, rules: SplitRules): SplitFinder {
  const { outputs } = sample
  const table = makeCells(outputs)
  const cells = makeCells(outputs)
  const tally = outputs === 1 ? tallyOne : tallyMany
  const scan = outputs === 1 ? scanOne : createScanMany(outputs)
  const small = new Int32Array(SMALL)
  return (feature, from, to) => {
    const codes = binned.codes[feature] as Uint8Array
    if (to - from <= SMALL) sortInto(cells, small, codes, sample, from, to)
    else {
      tally(table, codes, sample, from, to)
      compact(table, cells, (binned.cuts[feature] as Float64Array).length + 2)
    }
    return cells.used < 2 ? undefined : scan(cells, feature, rules)
  }
}

function makeCells(outputs: number): Cells {
  return {
    used: 0,
    bin: new Int32Array(BINS),
    count: new Int32Array(BINS),
    weight: new Float64Array(BINS),
    sums: new Float64Array(BINS * outputs),
  }
}

function tallyOne(table: Cells, codes: Uint8Array, sample: Sample, from: number, to: number): void {
  const { count, weight, sums } = table
  const { rows, weights, sums: own } = sample
  for (let k = from; k < to; k++) {
    const bin = codes[rows[k] as number] as number
    count[bin] = (count[bin] as number) + 1
    weight[bin] = (weight[bin] as number) + (weights[k] as number)
    sums[bin] = (sums[bin] as number) + (own[k] as number)
  }
}

function tallyMany(table: Cells, codes: Uint8Array, sample: Sample, from: number, to: number): void {
  const { count, weight, sums } = table
  const { rows, weights, sums: own, outputs } = sample
  for (let k = from; k < to; k++) {
    const bin = codes[rows[k] as number] as number
    count[bin] = (count[bin] as number) + 1
    weight[bin] = (weight[bin] as number) + (weights[k] as number)
    const at = bin * outputs
    for (let c = 0; c < outputs; c++) sums[at + c] = (sums[at + c] as number) + (own[k * outputs + c] as number)
  }
}

/** Moves the occupied ones of the first `bins` bins over and leaves the table empty. */
function compact(table: Cells, cells: Cells, bins: number): void {
  const outputs = table.sums.length / BINS
  let used = 0
  for (let bin = 0; bin < bins; bin++) {
    const count = table.count[bin] as number
    if (count === 0) continue
    cells.bin[used] = bin
    cells.count[used] = count
    cells.weight[used] = table.weight[bin] as number
    table.count[bin] = 0
    table.weight[bin] = 0
    for (let c = 0; c < outputs; c++) {
      cells.sums[used * outputs + c] = table.sums[bin * outputs + c] as number
      table.sums[bin * outputs + c] = 0
    }
    used++
  }
  cells.used = used
}

/** The same for a handful of rows: insertion sort by bin, then equal bins together. */
function sortInto(cells: Cells, keys: Int32Array, codes: Uint8Array, sample: Sample, from: number, to: number): void {
  const { rows, weights, sums, outputs } = sample
  for (let k = from; k < to; k++) {
    // Bin and position in one number: one comparison, one move.
    const key = ((codes[rows[k] as number] as number) << 8) | (k - from)
    let at = k - from
    while (at > 0 && (keys[at - 1] as number) > key) {
      keys[at] = keys[at - 1] as number
      at--
    }
    keys[at] = key
  }
  let used = -1
  let last = -1
  for (let i = 0; i < to - from; i++) {
    const key = keys[i] as number
    const k = from + (key & 255)
    if (key >> 8 !== last) {
      last = key >> 8
      used++
      cells.bin[used] = last
      cells.count[used] = 0
      cells.weight[used] = 0
      for (let c = 0; c < outputs; c++) cells.sums[used * outputs + c] = 0
    }
    cells.count[used] = (cells.count[used] as number) + 1
    cells.weight[used] = (cells.weight[used] as number) + (weights[k] as number)
    for (let c = 0; c < outputs; c++) {
      const at = used * outputs + c
      cells.sums[at] = (cells.sums[at] as number) + (sums[k * outputs + c] as number)
    }
  }
  cells.used = used + 1
}

/** Every cut between occupied bins, with missing values (bin 0) once on the right and, where there are any, on the left. */
function scanOne(cells: Cells, feature: number, { penalty, leastLeaf, leastGain }: SplitRules): Split | undefined {
  const { used, bin, count, weight, sums } = cells
  let [rows, wholeWeight, whole] = [0, 0, 0]
  for (let i = 0; i < used; i++) {
    rows += count[i] as number
    wholeWeight += weight[i] as number
    whole += sums[i] as number
  }
  const missing = bin[0] === 0 ? 1 : 0
  const base = (whole * whole) / (wholeWeight + penalty)
  let [most, at, onLeft] = [base + leastGain * Math.max(1, base), -1, 0]
  for (let side = 0; side <= missing; side++) {
    let [leftRows, leftWeight, left] = [0, 0, 0]
    for (let i = side === 1 ? 0 : missing; i < used; i++) {
      leftRows += count[i] as number
      leftWeight += weight[i] as number
      left += sums[i] as number
      if (rows - leftRows < leastLeaf) break
      if (leftRows < leastLeaf || (i === 0 && side === 1)) continue
      const right = whole - left
      const score = (left * left) / (leftWeight + penalty) + (right * right) / (wholeWeight - leftWeight + penalty)
      if (score > most) [most, at, onLeft] = [score, i, side]
    }
  }
  return at < 0 ? undefined : { feature, bin: bin[at] as number, missingLeft: onLeft === 1, gain: most - base }
}

/** Sums of both sides as cells move over from the right to the left. */
function createSides(outputs: number) {
  const whole = new Float64Array(outputs)
  const left = new Float64Array(outputs)
  return {
    /** Adds cell i to the left side and returns the sums of squares of both sides. */
    move: (cells: Cells, i: number): [number, number] => {
      let [near, far] = [0, 0]
      for (let c = 0; c < outputs; c++) {
        const sum = (left[c] as number) + (cells.sums[i * outputs + c] as number)
        left[c] = sum
        near += sum * sum
        far += ((whole[c] as number) - sum) ** 2
      }
      return [near, far]
    },
    /** All that was moved is the whole; the left side is empty again. */
    turn: () => {
      whole.set(left)
      left.fill(0)
    },
    clear: () => left.fill(0),
  }
}

function createScanMany(outputs: number) {
  const { move, turn, clear } = createSides(outputs)
  return (cells: Cells, feature: number, { penalty, leastLeaf, leastGain }: SplitRules): Split | undefined => {
    const { used, bin, count, weight } = cells
    clear()
    let [rows, wholeWeight, square] = [0, 0, 0]
    for (let i = 0; i < used; i++) {
      rows += count[i] as number
      wholeWeight += weight[i] as number
      square = move(cells, i)[0]
    }
    turn()
    const base = square / (wholeWeight + penalty)
    const missing = bin[0] === 0 ? 1 : 0
    let [most, at, onLeft] = [base + leastGain * Math.max(1, base), -1, 0]
    for (let start = 0; start <= missing; start++) {
      clear()
      let [leftRows, leftWeight] = [0, 0]
      for (let i = start; i < used; i++) {
        leftRows += count[i] as number
        leftWeight += weight[i] as number
        const [near, far] = move(cells, i)
        if (leftRows < leastLeaf || rows - leftRows < leastLeaf || bin[i] === 0) continue
        const score = near / (leftWeight + penalty) + far / (wholeWeight - leftWeight + penalty)
        if (score > most) [most, at, onLeft] = [score, i, missing - start]
      }
    }
    return at < 0 ? undefined : { feature, bin: bin[at] as number, missingLeft: onLeft === 1, gain: most - base }
  }
}
