// The values a series has taken, as a bounded sorted set: the distance to the nearest one says how new a value is, between
// the old values as well as beyond them. What has not come again for long is forgotten. O(log n) a value, O(n) on the rare
// insertion or removal.

const CAPACITY = 128
/** A value nearer than this share of the range to a known one is known. */
const SAME = 0.25 / CAPACITY

const COUNT = 0
const CLOCK = 1
const HAND = 2
const VALUES = 3
/** When each value, or one next to it, was last seen. */
const STAMPS = VALUES + CAPACITY
export const SEEN_SIZE = STAMPS + CAPACITY

/** Distance from `value` to the nearest value seen in the last `horizon` values; 0 for the first. Remembers the value. */
// Four positional arguments: this is the hot path, and an object a call costs a tenth of the throughput.
export function distanceToSeen(memory: Float64Array, at: number, value: number, horizon: number): number {
  const now = (memory[at + CLOCK] as number) + 1
  memory[at + CLOCK] = now
  if (now > horizon) forget(memory, at, now - horizon)
  const count = memory[at + COUNT] as number
  const first = at + VALUES
  if (count === 0) {
    memory[first] = value
    memory[first + CAPACITY] = now
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
  const distance = Math.min(above, below)
  if (distance > SAME * seenRange(memory, at)) insert(memory, at, { place: low, value, now })
  else memory[(above < below ? low : low - 1) + CAPACITY] = now
  return distance
}

/** Largest minus smallest value seen. */
export function seenRange(memory: Float64Array, at: number): number {
  const count = memory[at + COUNT] as number
  return count < 2 ? 0 : (memory[at + VALUES + count - 1] as number) - (memory[at + VALUES] as number)
}

/** Looks at one value in turn and drops it when it is older than the horizon. */
function forget(memory: Float64Array, at: number, before: number): void {
  const count = memory[at + COUNT] as number
  const hand = ((memory[at + HAND] as number) + 1) % count
  memory[at + HAND] = hand
  if (count > 2 && (memory[at + STAMPS + hand] as number) < before) remove(memory, at, at + VALUES + hand)
}

function remove(memory: Float64Array, at: number, place: number): void {
  const count = memory[at + COUNT] as number
  const end = at + VALUES + count
  memory.copyWithin(place, place + 1, end)
  memory.copyWithin(place + CAPACITY, place + CAPACITY + 1, end + CAPACITY)
  memory[end - 1] = 0
  memory[end - 1 + CAPACITY] = 0
  memory[at + COUNT] = count - 1
}

function insert(
  memory: Float64Array,
  at: number,
  { place, value, now }: { place: number; value: number; now: number },
): void {
  const first = at + VALUES
  const count = memory[at + COUNT] as number
  let to = place
  if (count === CAPACITY) {
    // The two nearest neighbours become one: what is lost is the least that can be.
    let closest = first + 1
    for (let i = first + 2; i < first + count; i++) {
      const gap = (memory[i] as number) - (memory[i - 1] as number)
      if (gap < (memory[closest] as number) - (memory[closest - 1] as number)) closest = i
    }
    remove(memory, at, closest)
    if (closest < to) to--
  }
  const end = first + (memory[at + COUNT] as number)
  memory.copyWithin(to + 1, to, end)
  memory.copyWithin(to + CAPACITY + 1, to + CAPACITY, end + CAPACITY)
  memory[to] = value
  memory[to + CAPACITY] = now
  memory[at + COUNT] = (memory[at + COUNT] as number) + 1
}
