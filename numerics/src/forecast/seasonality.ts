/** Whether the autocorrelation at the period stands out at 90 %, as the M3 and M4 benchmarks ask. */
export function isSeasonal(values: Float64Array, period: number): boolean {
  if (period < 2 || values.length < 3 * period) return false
  // five cycles of a long season tell enough; the cost grows with length times period
  const latest = values.slice(-Math.max(1000, 5 * period))
  const rho = autocorrelations(latest, period)
  let sum = 0
  for (let lag = 1; lag < period; lag++) sum += (rho[lag] as number) ** 2
  return Math.abs(rho[period] as number) > 1.645 * Math.sqrt((1 + 2 * sum) / latest.length)
}

/** Autocorrelations at lags 0..maxLag; all 0 (but lag 0) for a constant. */
export function autocorrelations(values: Float64Array, maxLag: number): Float64Array {
  const n = values.length
  let mean = 0
  for (const value of values) mean += value / n
  const rho = new Float64Array(maxLag + 1)
  let variance = 0
  for (const value of values) variance += (value - mean) ** 2
  rho[0] = 1
  if (!(variance > 0)) return rho
  for (let lag = 1; lag <= maxLag; lag++) {
    let sum = 0
    for (let i = lag; i < n; i++) sum += ((values[i] as number) - mean) * ((values[i - lag] as number) - mean)
    rho[lag] = sum / variance
  }
  return rho
}

export type SeasonKind = 'additive' | 'multiplicative'

/** Classical decomposition: one index per phase (value i has phase i mod period), summing to 0 or averaging 1. */
export function seasonalIndices(values: Float64Array, period: number, kind: SeasonKind): Float64Array {
  const trend = centredAverage(values, period)
  const sums = new Float64Array(period)
  const counts = new Float64Array(period)
  for (let i = 0; i < values.length; i++) {
    const level = trend[i] as number
    if (Number.isNaN(level) || (kind === 'multiplicative' && level === 0)) continue
    const phase = i % period
    const value = values[i] as number
    sums[phase] = (sums[phase] as number) + (kind === 'additive' ? value - level : value / level)
    counts[phase] = (counts[phase] as number) + 1
  }
  const neutral = kind === 'additive' ? 0 : 1
  const indices = sums.map((sum, k) => ((counts[k] as number) > 0 ? sum / (counts[k] as number) : neutral))
  let mean = 0
  for (const index of indices) mean += index / period
  if (kind === 'additive') return indices.map((index) => index - mean)
  return mean > 0 ? indices.map((index) => index / mean) : indices.fill(1)
}

/** Average over one whole cycle around each place (half weights at the ends of an even one); NaN near the edges. */
function centredAverage(values: Float64Array, period: number): Float64Array {
  const n = values.length
  const half = period >> 1
  const trend = new Float64Array(n).fill(Number.NaN)
  if (n < 2 * half + 1) return trend
  let sum = 0
  for (let i = 0; i <= 2 * half; i++) sum += values[i] as number
  for (let i = half; i < n - half; i++) {
    if (i > half) sum += (values[i + half] as number) - (values[i - half - 1] as number)
    const ends = ((values[i - half] as number) + (values[i + half] as number)) / 2
    trend[i] = (period % 2 === 0 ? sum - ends : sum) / period
  }
  return trend
}

export interface Deseasonalised {
  readonly values: Float64Array
  /** Puts the season back on values that begin `offset` places after the first of the history. */
  readonly restore: (values: Float64Array, offset: number) => Float64Array
  /** Factor of the season on deviations at that place. */
  readonly factor: (place: number) => number
}

/** Takes a season out by classical decomposition: multiplicative where all values and indices are positive. */
export function deseasonalise(values: Float64Array, period: number, indices?: SeasonIndices): Deseasonalised {
  const { kind, own } = indices ?? chooseIndices(values, period)
  const at = (place: number) => own[place % period] as number
  const factor = kind === 'multiplicative' ? at : () => 1
  return {
    values: values.map((value, i) => (kind === 'additive' ? value - at(i) : value / at(i))),
    restore: (rest, offset) => rest.map((v, i) => (kind === 'additive' ? v + at(i + offset) : v * at(i + offset))),
    factor,
  }
}

export interface SeasonIndices {
  readonly kind: SeasonKind
  readonly own: Float64Array
}

export function chooseIndices(values: Float64Array, period: number): SeasonIndices {
  if (values.every((value) => value > 0)) {
    const own = seasonalIndices(values, period, 'multiplicative')
    if (own.every((index) => index > 0.01)) return { kind: 'multiplicative', own }
  }
  return { kind: 'additive', own: seasonalIndices(values, period, 'additive') }
}
