/** Running moments to the fourth, by the one-pass updates of Pébay (2008): stable where sums of powers cancel. */
export interface Moments {
  count: number
  mean: number
  m2: number
  m3: number
  m4: number
  min: number
  max: number
}

export function createMoments(): Moments {
  return { count: 0, mean: 0, m2: 0, m3: 0, m4: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY }
}

/** Adds one value; a value that is not finite is not counted. */
export function addMoment(moments: Moments, value: number): void {
  if (!Number.isFinite(value)) return
  const n1 = moments.count
  const n = n1 + 1
  const delta = value - moments.mean
  const step = delta / n
  const term = delta * step * n1
  moments.count = n
  moments.mean += step
  moments.m4 += term * step * step * (n * n - 3 * n + 3) + 6 * step * step * moments.m2 - 4 * step * moments.m3
  moments.m3 += term * step * (n - 2) - 3 * step * moments.m2
  moments.m2 += term
  if (value < moments.min) moments.min = value
  if (value > moments.max) moments.max = value
}

export function momentsOf(values: ArrayLike<number>): Moments {
  const moments = createMoments()
  for (let i = 0; i < values.length; i++) addMoment(moments, values[i] as number)
  return moments
}

/** The moments of two samples together, as if one had been added to the other value by value. */
export function mergeMoments(a: Moments, b: Moments): Moments {
  if (a.count === 0) return { ...b }
  if (b.count === 0) return { ...a }
  const n = a.count + b.count
  const delta = b.mean - a.mean
  const d2 = delta * delta
  const product = a.count * b.count
  const m3 =
    a.m3 +
    b.m3 +
    (d2 * delta * product * (a.count - b.count)) / (n * n) +
    (3 * delta * (a.count * b.m2 - b.count * a.m2)) / n
  const m4 =
    a.m4 +
    b.m4 +
    (d2 * d2 * product * (a.count * a.count - product + b.count * b.count)) / (n * n * n) +
    (6 * d2 * (a.count * a.count * b.m2 + b.count * b.count * a.m2)) / (n * n) +
    (4 * delta * (a.count * b.m3 - b.count * a.m3)) / n
  return {
    count: n,
    mean: a.mean + (delta * b.count) / n,
    m2: a.m2 + b.m2 + (d2 * product) / n,
    m3,
    m4,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
  }
}

/** Sample variance (n − 1); 0 while there are fewer than two values. */
export function varianceOf(moments: Moments): number {
  return moments.count < 2 ? 0 : Math.max(0, moments.m2 / (moments.count - 1))
}

/** Population skewness g1; 0 for a constant. */
export function skewnessOf(moments: Moments): number {
  return moments.m2 > 0 ? (Math.sqrt(moments.count) * moments.m3) / moments.m2 ** 1.5 : 0
}

/** Population excess kurtosis g2; 0 for a constant. */
export function kurtosisOf(moments: Moments): number {
  return moments.m2 > 0 ? (moments.count * moments.m4) / (moments.m2 * moments.m2) - 3 : 0
}
