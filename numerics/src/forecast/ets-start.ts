import type { EtsForm, EtsState } from './ets-filter.ts'
import { seasonalIndices } from './seasonality.ts'

/** First guess of the state before the first value, from the first cycles alone. */
export function firstState(values: Float64Array, form: EtsForm, period: number): EtsState {
  const seasonal = form.season !== 'N'
  const kind = form.season === 'M' ? 'multiplicative' : 'additive'
  const head = seasonal ? values.slice(0, Math.min(values.length, Math.max(2 * period + 1, 4 * period))) : values
  const season = seasonal ? seasonalIndices(head, period, kind) : new Float64Array(0)
  if (form.season === 'M') for (let k = 0; k < period; k++) season[k] = Math.max(0.01, season[k] as number)
  const count = Math.min(values.length, seasonal ? 2 * period : 10)
  const plain = values.slice(0, count).map((value, i) => {
    if (!seasonal) return value
    const index = season[i % period] as number
    return form.season === 'M' ? value / index : value - index
  })
  const { intercept, slope } = line(plain)
  if (form.trend === 'N') {
    let mean = 0
    for (const value of plain) mean += value / count
    return { level: mean, slope: 0, season, origin: 0 }
  }
  return { level: intercept - slope, slope, season, origin: 0 }
}

/** Least squares line through the values at 0, 1, 2 … */
function line(values: Float64Array): { intercept: number; slope: number } {
  const n = values.length
  let mean = 0
  for (const value of values) mean += value / n
  let cross = 0
  let spread = 0
  for (let i = 0; i < n; i++) {
    cross += (i - (n - 1) / 2) * ((values[i] as number) - mean)
    spread += (i - (n - 1) / 2) ** 2
  }
  const slope = spread > 0 ? cross / spread : 0
  return { intercept: mean - (slope * (n - 1)) / 2, slope }
}
