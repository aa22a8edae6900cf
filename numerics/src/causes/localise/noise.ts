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
    const squares = Float64Array.from(members, (i) => ((deviation[i] as number) / (size[i] as number)) ** 2).sort()
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
  const sorted = Float64Array.from(members, (i) => standard[i] as number).sort()
  const n = sorted.length
  if (n < 8 * TAIL_LEAVES) return 1
  const lowest = Math.abs(sorted[TAIL_LEAVES - 1] as number)
  const highest = Math.abs(sorted[n - TAIL_LEAVES] as number)
  return Math.max(1, Math.min(lowest, highest) / normalQuantile(1 - (TAIL_LEAVES - 0.5) / n))
}

/** How lopsided the middle four fifths of the relative deviations are, in parts of its width; 0 when symmetric. */
export function lopsidedness(deviation: Float64Array, size: Float64Array, members: Int32Array): number {
  const sorted = Float64Array.from(members, (i) => (deviation[i] as number) / (size[i] as number)).sort()
  const at = (part: number) => sorted[Math.floor(part * (sorted.length - 1))] as number
  const width = at(0.9) - at(0.1)
  return width > 0 ? Math.abs(at(0.9) + at(0.1) - 2 * at(0.5)) / width : 0
}
