// The values a series has taken, as a bounded sorted set: the distance to the nearest one says how new a value is, between
// the old values as well as beyond them. O(log n) a value, O(n) on the rare insertion.

const CAPACITY = 128
/** A value nearer than this share of the range to a known one is known. */
const SAME = 0.25 / CAPACITY

const COUNT = 0
const VALUES = 1
export const SEEN_SIZE = VALUES + CAPACITY

/** Distance from `value` to the nearest value seen before; 0 for the first. Remembers the value. */
export function distanceToSeen(memory: Float64Array, at: number, value: number): number {
  const count = memory[at + COUNT] as number
  const first = at + VALUES
  if (count === 0) {
    memory[first] = value
    memory[at + COUNT] = 1
    return 0
  }
  let low = first
  let high = first + count
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((memory[middle] as number) < value) low = middle + 1
    else high = middle
  }
  const above = low < first + count ? (memory[low] as number) - value : Number.POSITIVE_INFINITY
  const below = low > first ? value - (memory[low - 1] as number) : Number.POSITIVE_INFINITY
  const distance = above < below ? above : below
  if (distance > SAME * seenRange(memory, at)) insert(memory, at, count, low, value)
  return distance
}

/** Largest minus smallest value seen. */
export function seenRange(memory: Float64Array, at: number): number {
  const count = memory[at + COUNT] as number
  return count < 2 ? 0 : (memory[at + VALUES + count - 1] as number) - (memory[at + VALUES] as number)
}

function insert(memory: Float64Array, at: number, count: number, place: number, value: number): void {
  const first = at + VALUES
  let to = place
  let kept = count
  if (count === CAPACITY) {
    // The two nearest neighbours become one: what is lost is the least that can be.
    let closest = first + 1
    for (let i = first + 2; i < first + count; i++) {
      const gap = (memory[i] as number) - (memory[i - 1] as number)
      if (gap < (memory[closest] as number) - (memory[closest - 1] as number)) closest = i
    }
    memory.copyWithin(closest, closest + 1, first + count)
    kept--
    if (closest < to) to--
  }
  memory.copyWithin(to + 1, to, first + kept)
  memory[to] = value
  memory[at + COUNT] = kept + 1
}
