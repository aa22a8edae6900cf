import { judgeNothing } from '../band.ts'
import { type Method, requireOption } from '../face.ts'
import { pushRing, ringBack, ringCount, ringSize, ringValues } from '../ring.ts'
import { TAIL_SIZE, tailSurprise } from '../rising-tail.ts'
import { scoreOf } from '../surprise.ts'

export interface DiscordOptions {
  /** Values of a stretch. */
  length: number
  /** Values looked back on for the most similar stretch. */
  window: number
}

const COUNT = 0
const RING = 1

const tailAt = ({ window }: DiscordOptions) => RING + ringSize(window)

/**
 * Left matrix profile, online: the distance of the last stretch's shape to the most similar stretch before it. A shape that was
 * never there is a discord. O(window · length) a point: distances are found afresh, so that a snapshot need not carry products and no rounding piles up.
 */
export const DISCORD: Method<DiscordOptions> = {
  name: 'discord',
  defaults: { length: 16, window: 512 },
  check({ length, window }) {
    requireOption(Number.isInteger(length) && length >= 4, `length must be a whole number of at least 4, got ${length}`)
    requireOption(Number.isInteger(window) && window >= 4 * length, `window must be at least 4 lengths, got ${window}`)
  },
  size: (options) => tailAt(options) + TAIL_SIZE,
  step(memory, options, { input }, out) {
    const { length, window } = options
    memory[COUNT] = (memory[COUNT] as number) + 1
    pushRing(memory, RING, window, input)
    const count = ringCount(memory, RING)
    judgeNothing(out, ringBack(memory, RING, window, Math.min(count - 1, 1)))
    if (count < 3 * length) return
    const distance = nearestShape(ringValues(memory, RING, window), length)
    out.score = scoreOf(Math.max(0, tailSurprise(memory, tailAt(options), distance, 0.05)))
  },
}

/** Distance between the z-normalised last stretch and the nearest one that does not overlap it by more than half. */
export function nearestShape(values: Float64Array, length: number): number {
  const last = values.length - length
  // Running sums around the mean of all: sums of squares of large numbers would cancel.
  const origin = values.reduce((sum, value) => sum + value / values.length, 0)
  const x = values.map((value) => value - origin)
  let sum = 0
  let square = 0
  let [lastMean, lastDeviation] = [0, 0]
  for (let i = 0; i < length; i++) lastMean += (x[last + i] as number) / length
  for (let i = 0; i < length; i++) lastDeviation += ((x[last + i] as number) - lastMean) ** 2 / length
  lastDeviation = Math.sqrt(lastDeviation)
  for (let i = 0; i < length; i++) {
    sum += x[i] as number
    square += (x[i] as number) ** 2
  }
  let best = Number.POSITIVE_INFINITY
  for (let from = 0; from <= last - (length >> 1); from++) {
    const mean = sum / length
    const deviation = Math.sqrt(Math.max(0, square / length - mean * mean))
    let product = 0
    for (let i = 0; i < length; i++) product += (x[from + i] as number) * (x[last + i] as number)
    best = Math.min(best, shapeDistance({ product, length, mean, deviation, lastMean, lastDeviation }))
    sum += (x[from + length] as number) - (x[from] as number)
    square += (x[from + length] as number) ** 2 - (x[from] as number) ** 2
  }
  return best
}

interface Pair {
  product: number
  length: number
  mean: number
  deviation: number
  lastMean: number
  lastDeviation: number
}

/** Two flat stretches are the same shape; a flat and a moving one are as far apart as shapes without likeness. */
function shapeDistance({ product, length, mean, deviation, lastMean, lastDeviation }: Pair): number {
  const flat = 1e-9 * (Math.abs(mean) + Math.abs(lastMean))
  if (deviation <= flat || lastDeviation <= flat)
    return deviation <= flat && lastDeviation <= flat ? 0 : Math.sqrt(2 * length)
  const correlation = (product / length - mean * lastMean) / (deviation * lastDeviation)
  return Math.sqrt(2 * length * Math.max(0, 1 - correlation))
}
