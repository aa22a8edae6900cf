import { judgeHeavy, judgeNothing } from '../band.ts'
import type { Judgement, Method } from '../face.ts'
import { pushRing, ringCount, ringSize } from '../ring.ts'
import { scoreOf } from '../surprise.ts'
import { checkWindow, type WindowOptions } from './z-score.ts'

const WARM_UP = 10

/** Distance from the median in median absolute deviations: half of the window may be anomalous without moving it. */
export const ROBUST_Z: Method<WindowOptions> = {
  name: 'robust-z',
  defaults: { window: 100 },
  check: checkWindow,
  size: ({ window }) => ringSize(window) + window,
  step(memory, { window }, { input }, out) {
    const count = ringCount(memory, 0)
    const order = memory.subarray(ringSize(window), ringSize(window) + count)
    if (count < WARM_UP) judgeNothing(out, count ? middle(order) : input)
    else judgeHeavy(out, input, middle(order), deviation(order))
    slideSorted(memory, window, input)
  },
}

/** Tukey's fences: a score of ½ at 1.5 interquartile ranges beyond the quartiles, ⅔ at 3. */
export const IQR: Method<WindowOptions> = {
  name: 'iqr',
  defaults: { window: 100 },
  check: checkWindow,
  size: ({ window }) => ringSize(window) + window,
  step(memory, { window }, { input }, out) {
    const count = ringCount(memory, 0)
    const order = memory.subarray(ringSize(window), ringSize(window) + count)
    if (count < WARM_UP) judgeNothing(out, count ? middle(order) : input)
    else judgeFences(order, input, out)
    slideSorted(memory, window, input)
  },
}

function judgeFences(order: Float64Array, value: number, out: Judgement): void {
  const low = at(order, 0.25)
  const high = at(order, 0.75)
  const range = high - low
  out.expected = middle(order)
  out.lower = low - 1.5 * range
  out.upper = high + 1.5 * range
  const beyond = Math.max(low - value, value - high, 0)
  out.score = scoreOf(range > 0 ? (2 * beyond) / range : beyond > 0 ? 6 : 0)
}

/** Quantile of an ascending window, linear between ranks. */
function at(order: Float64Array, share: number): number {
  const rank = share * (order.length - 1)
  const low = order[Math.floor(rank)] as number
  return low + ((order[Math.ceil(rank)] as number) - low) * (rank - Math.floor(rank))
}

const middle = (order: Float64Array) => at(order, 0.5)

/** 1.4826 MAD; where more than half of the window is one value, the mean absolute deviation instead of 0. */
function deviation(order: Float64Array): number {
  const centre = middle(order)
  const mad = medianDistance(order, centre)
  if (mad > 0) return 1.4826 * mad
  return (1.2533 * order.reduce((sum, value) => sum + Math.abs(value - centre), 0)) / order.length
}

/** Median of |x − centre| by walking outwards from the centre: the distances to both sides ascend already. */
function medianDistance(order: Float64Array, centre: number): number {
  const n = order.length
  let right = n >> 1
  while (right > 0 && (order[right - 1] as number) >= centre) right--
  let left = right - 1
  let before = 0
  let now = 0
  for (let taken = 0; taken <= n >> 1; taken++) {
    before = now
    const toLeft = left >= 0 ? centre - (order[left] as number) : Number.POSITIVE_INFINITY
    const toRight = right < n ? (order[right] as number) - centre : Number.POSITIVE_INFINITY
    if (toLeft < toRight) left--
    else right++
    now = Math.min(toLeft, toRight)
  }
  return n % 2 ? now : (before + now) / 2
}

/** The ring in the order of time, and the same values ascending behind it. */
function slideSorted(memory: Float64Array, window: number, value: number): void {
  const first = ringSize(window)
  let count = ringCount(memory, 0)
  if (count === window) {
    const oldest = memory[2 + (memory[1] as number)] as number
    const place = lowerBound(memory, first, count, oldest)
    memory.copyWithin(place, place + 1, first + count)
    count--
  }
  const place = lowerBound(memory, first, count, value)
  memory.copyWithin(place + 1, place, first + count)
  memory[place] = value
  pushRing(memory, 0, window, value)
}

function lowerBound(memory: Float64Array, first: number, count: number, value: number): number {
  let low = first
  let high = first + count
  while (low < high) {
    const half = (low + high) >>> 1
    if ((memory[half] as number) < value) low = half + 1
    else high = half
  }
  return low
}
