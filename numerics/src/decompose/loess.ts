/** Locally weighted line (or level) through equally spaced values, at one place. */
export interface Loess {
  /** Number of neighbours that count; above the series' length the bandwidth widens in proportion. */
  readonly span: number
  readonly degree: 0 | 1
  /** Robustness weight per value. */
  readonly weights?: Float64Array | undefined
}

/** Fitted value at `x` (0 = first value; may lie outside), or undefined when every neighbour has weight 0. */
export function loessAt(values: Float64Array, x: number, { span, degree, weights }: Loess): number | undefined {
  const n = values.length
  const near = Math.min(span, n)
  let left = Math.round(x) - ((near - 1) >> 1)
  left = Math.max(0, Math.min(left, n - near))
  const right = left + near - 1
  let bandwidth = Math.max(x - left, right - x)
  if (span > n) bandwidth += (span - n) / 2
  const far = 0.999 * bandwidth
  let total = 0
  let meanX = 0
  for (let i = left; i <= right; i++) {
    const w = tricube(Math.abs(i - x), bandwidth, far) * (weights ? (weights[i] as number) : 1)
    total += w
    meanX += w * i
  }
  if (!(total > 0)) return undefined
  meanX /= total
  let sum = 0
  let slope = 0
  let variance = 0
  for (let i = left; i <= right; i++) {
    const w = tricube(Math.abs(i - x), bandwidth, far) * (weights ? (weights[i] as number) : 1)
    const value = values[i] as number
    sum += w * value
    slope += w * (i - meanX) * value
    variance += w * (i - meanX) ** 2
  }
  const level = sum / total
  // as in Cleveland's program: no slope when the neighbours huddle at one place
  if (degree === 0 || Math.sqrt(variance / total) <= 0.001 * (n - 1)) return level
  return level + (slope / variance) * (x - meanX)
}

function tricube(distance: number, bandwidth: number, far: number): number {
  if (distance > far) return 0
  if (distance <= 0.001 * bandwidth) return 1
  const ratio = distance / bandwidth
  const body = 1 - ratio * ratio * ratio
  return body * body * body
}

/** Fitted values at every place; with `jump` > 1 only each jump-th is fitted and the rest interpolated. */
export function loess(values: Float64Array, options: Loess & { jump?: number }): Float64Array {
  const n = values.length
  const fitted = new Float64Array(n)
  const jump = Math.max(1, Math.floor(options.jump ?? 1))
  if (n === 0) return fitted
  let before = 0
  fitted[0] = loessAt(values, 0, options) ?? (values[0] as number)
  while (before < n - 1) {
    const after = Math.min(before + jump, n - 1)
    const start = fitted[before] as number
    const end = loessAt(values, after, options) ?? (values[after] as number)
    for (let i = before + 1; i <= after; i++) fitted[i] = start + ((end - start) * (i - before)) / (after - before)
    before = after
  }
  return fitted
}

/** Mean of each `length` neighbours: n − length + 1 values. */
export function movingAverage(values: Float64Array, length: number): Float64Array {
  const count = values.length - length + 1
  const means = new Float64Array(Math.max(0, count))
  let sum = 0
  for (let i = 0; i < values.length; i++) {
    sum += values[i] as number
    if (i >= length) sum -= values[i - length] as number
    if (i >= length - 1) means[i - length + 1] = sum / length
  }
  return means
}
