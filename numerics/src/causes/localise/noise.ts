import { normalQuantile } from '../../distributions/index.ts'

/** Variance of a leaf's deviation at size m: `perUnit`·m (counting noise) + `relative`²·m² (forecast error). */
export interface Noise {
  perUnit: number
  relative: number
}

/** Deviations of leaves and the sizes they are relative to. */
interface Strays {
  deviation: Float64Array
  /** Real values, where bins of mostly zeros are to be left out. */
  counts: Float64Array | undefined
  size: Float64Array
  unit: number
}

const BINS = 24
/** Median of the square of a standard normal. */
const MEDIAN_SQUARE = 0.45493642
/** Changes below this part of `unit` are called none; it keeps exact forecasts from making causes of rounding. */
const LEAST_RELATIVE = 0.005

/**
 * How far leaves stray when nothing happens, learnt from the leaves themselves: in bins of equal count by size the median
 * squared relative deviation is fitted by perUnit/m + relative². Medians bear up to half of the leaves being affected.
 * `unit` is what a relative change of 1 means: 1 for sums, the overall rate for ratios.
 */
export function estimateNoise({ deviation, counts, size, unit }: Strays, leaves: Int32Array): Noise {
  const order = leaves.slice().sort((a, b) => (size[a] as number) - (size[b] as number))
  const bins = Math.max(1, Math.min(BINS, Math.floor(order.length / 8)))
  const inverse: number[] = []
  const spread: number[] = []
  const groups = Array.from({ length: bins }, (_, bin) =>
    order.subarray(Math.floor((bin * order.length) / bins), Math.floor(((bin + 1) * order.length) / bins)),
  ).filter((group) => group.length > 0)
  const telling = counts ? groups.filter((group) => mostlyAboveZero(group, counts)) : groups
  for (const members of telling.length > 0 ? telling : groups) {
    const squares = relative(deviation, size, members)
      .map((change) => change * change)
      .sort()
    inverse.push(1 / (size[members[members.length >> 1] as number] as number))
    spread.push((squares[squares.length >> 1] as number) / MEDIAN_SQUARE)
  }
  return fitNonNegative(inverse, spread, (LEAST_RELATIVE * unit) ** 2)
}

/** In bins of rare events the median sees only the zeros; the counting part is then read off the larger leaves. */
function mostlyAboveZero(members: Int32Array, real: Float64Array): boolean {
  let zeros = 0
  for (const i of members) if (real[i] === 0) zeros++
  return zeros * 3 < members.length
}

/**
 * spread ≈ perUnit·inverse + relative², weighted by 1/spread² so that bins of all sizes count, neither part below zero.
 */
function fitNonNegative(inverse: readonly number[], spread: readonly number[], floor: number): Noise {
  let [xx, x, one, xy, y] = [0, 0, 0, 0, 0]
  spread.forEach((value, i) => {
    const at = inverse[i] as number
    const weight = 1 / Math.max(value, floor) ** 2
    xx += weight * at * at
    x += weight * at
    one += weight
    xy += weight * at * value
    y += weight * value
  })
  const determinant = xx * one - x * x
  let perUnit = determinant > 1e-12 * xx * one ? (xy * one - x * y) / determinant : 0
  let square = one > 0 ? (y - perUnit * x) / one : 0
  if (perUnit < 0) {
    perUnit = 0
    square = one > 0 ? y / one : 0
  } else if (square < 0) {
    square = 0
    perUnit = xx > 0 ? xy / xx : 0
  }
  return { perUnit, relative: Math.sqrt(Math.max(square, floor)) }
}

/** Leaves of one side that count as its tail. */
const TAIL_LEAVES = 5

/**
 * How much longer the tails are than the bulk says (1 when normal). Incidents mostly push one way, so the side that
 * strays less shows what noise alone does; the tail of that side is compared with where a normal one would end.
 */
export function tailFactor(standard: Float64Array, members: Int32Array): number {
  const n = members.length
  if (n < 8 * TAIL_LEAVES) return 1
  const highest = new Float64Array(TAIL_LEAVES).fill(Number.NEGATIVE_INFINITY)
  const lowest = new Float64Array(TAIL_LEAVES).fill(Number.NEGATIVE_INFINITY)
  for (let k = 0; k < n; k++) {
    const z = standard[members[k] as number] as number
    keepLargest(highest, z)
    keepLargest(lowest, -z)
  }
  const cleaner = Math.min(highest[0] as number, lowest[0] as number)
  return Math.max(1, cleaner / normalQuantile(1 - (TAIL_LEAVES - 0.5) / n))
}

/** `kept` is in ascending order, so its first is the one to beat. */
function keepLargest(kept: Float64Array, value: number): void {
  if (!(value > (kept[0] as number))) return
  let at = 0
  while (at + 1 < kept.length && (kept[at + 1] as number) < value) {
    kept[at] = kept[at + 1] as number
    at++
  }
  kept[at] = value
}

const SAMPLE = 10_000

/** About SAMPLE of the leaves, scattered so that no dimension is in step with the choice. */
export function scattered(members: Int32Array): Int32Array {
  const every = Math.floor(members.length / SAMPLE)
  return every < 2 ? members : members.filter((_, k) => (Math.imul(k + 1, 0x9e3779b1) >>> 8) % every === 0)
}

/** How lopsided the middle four fifths of the relative deviations are, in parts of its width; 0 when symmetric. */
export function lopsidedness(deviation: Float64Array, size: Float64Array, members: Int32Array): number {
  const sorted = relative(deviation, size, members).sort()
  const at = (part: number) => sorted[Math.floor(part * (sorted.length - 1))] as number
  const width = at(0.9) - at(0.1)
  return width > 0 ? Math.abs(at(0.9) + at(0.1) - 2 * at(0.5)) / width : 0
}

function relative(deviation: Float64Array, size: Float64Array, members: Int32Array): Float64Array {
  const changes = new Float64Array(members.length)
  for (let k = 0; k < members.length; k++) {
    const i = members[k] as number
    changes[k] = (deviation[i] as number) / (size[i] as number)
  }
  return changes
}
