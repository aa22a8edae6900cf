// Hyndman and Khandakar, Journal of Statistical Software 27 (2008): unit root tests choose the differences, a stepwise walk
// over neighbouring orders the rest.
import { componentStrength, stl } from '../decompose/index.ts'
import { type ArimaFit, type ArimaOrder, fitArma } from './arima-fit.ts'
import { difference } from './arima-polynomials.ts'
import type { Budget } from './budget.ts'

const KPSS_5_PERCENT = 0.463
/** Seasonal strength above which a seasonal difference pays: Wang, Smith and Hyndman (2006), as in R's `nsdiffs`. */
const STRONG_SEASON = 0.64

/** Whether the KPSS test rejects a steady level. */
export function wanders(values: Float64Array): boolean {
  const n = values.length
  let mean = 0
  for (const value of values) mean += value / n
  const lags = Math.floor((3 * Math.sqrt(n)) / 13)
  let partial = 0
  let sum = 0
  for (const value of values) {
    partial += value - mean
    sum += partial * partial
  }
  let variance = 0
  for (let lag = 0; lag <= lags; lag++) {
    let product = 0
    for (let i = lag; i < n; i++) product += ((values[i] as number) - mean) * ((values[i - lag] as number) - mean)
    variance += (lag === 0 ? 1 : 2 * (1 - lag / (lags + 1))) * product
  }
  return variance > 0 && sum / (n * variance) > KPSS_5_PERCENT
}

export function differences(values: Float64Array, period: number): { d: number; sd: number; w: Float64Array } {
  let w = values
  let sd = 0
  if (period > 1 && values.length >= 2 * period + 3) {
    const { seasonal, remainder } = stl(values, { period, seasonalSpan: 'periodic' })
    if (componentStrength(seasonal, remainder) > STRONG_SEASON) {
      sd = 1
      w = difference(w, period)
    }
  }
  let d = 0
  while (d < 2 && w.length > 6 && wanders(w)) {
    w = difference(w, 1)
    d++
  }
  return { d, sd, w }
}

export interface OrderLimits {
  readonly maxP: number
  readonly maxSeasonal: number
  readonly maxFits: number
}

/** Best fit on the way down the corrected Akaike criterion. */
export function chooseOrder(
  w: Float64Array,
  { d, sd, period }: { d: number; sd: number; period: number },
  { maxP, maxSeasonal, maxFits }: OrderLimits,
  budget: Budget,
): ArimaFit | undefined {
  const tried = new Set<string>()
  let fits = 0
  let best: ArimaFit | undefined
  const consider = (part: Pick<ArimaOrder, 'p' | 'q' | 'sp' | 'sq' | 'constant'>, near?: ArimaFit): boolean => {
    const { p, q, sp, sq, constant } = part
    const inside = Math.min(p, q, sp, sq) >= 0 && Math.max(p, q) <= maxP && Math.max(sp, sq) <= maxSeasonal
    const key = [p, q, sp, sq, constant].join()
    if (!inside || (constant && d + sd > 1) || tried.has(key) || fits >= maxFits || (best && budget.spent()))
      return false
    tried.add(key)
    fits++
    const order = { ...part, d, sd, period }
    const fit = fitArma(w, order, near && carried(near, order))
    if (!fit || fit.criterion >= (best?.criterion ?? Number.POSITIVE_INFINITY)) return false
    best = fit
    return true
  }
  const seasonal = period > 1 && maxSeasonal > 0 ? 1 : 0
  const constant = d + sd <= 1
  consider({ p: 2, q: 2, sp: seasonal, sq: seasonal, constant })
  consider({ p: 0, q: 0, sp: 0, sq: 0, constant })
  consider({ p: 1, q: 0, sp: seasonal, sq: 0, constant })
  consider({ p: 0, q: 1, sp: 0, sq: seasonal, constant })
  while (best && fits < maxFits) {
    const from: ArimaFit = best
    if (!MOVES.some((move) => consider(moved(from.order, move), from))) break
  }
  return best
}

/** Changes to p, q, P, Q and the constant, the likeliest first. */
const MOVES = [
  [0, 0, -1, 0, 0],
  [0, 0, 1, 0, 0],
  [0, 0, 0, -1, 0],
  [0, 0, 0, 1, 0],
  [0, 0, -1, -1, 0],
  [0, 0, 1, 1, 0],
  [-1, 0, 0, 0, 0],
  [1, 0, 0, 0, 0],
  [0, -1, 0, 0, 0],
  [0, 1, 0, 0, 0],
  [-1, -1, 0, 0, 0],
  [1, 1, 0, 0, 0],
  [0, 0, 0, 0, 1],
] as const

function moved(order: ArimaOrder, [p, q, sp, sq, toggle]: (typeof MOVES)[number]) {
  const constant = toggle ? !order.constant : order.constant
  return { p: order.p + p, q: order.q + q, sp: order.sp + sp, sq: order.sq + sq, constant }
}

/** Parameters of a neighbour, where both have them; new ones begin near zero. */
function carried(near: ArimaFit, order: ArimaOrder): Float64Array {
  const from = near.order
  const free: number[] = []
  let offset = 0
  for (const key of ['p', 'q', 'sp', 'sq'] as const) {
    for (let i = 0; i < order[key]; i++) free.push(i < from[key] ? (near.free[offset + i] as number) : 0.05)
    offset += from[key]
  }
  if (order.constant) free.push(from.constant ? (near.free[offset] as number) : 0)
  return Float64Array.from(free)
}
