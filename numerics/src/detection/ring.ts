// The last `capacity` values of a series, in a detector's memory: [how many, where the next goes, values…].

export function ringSize(capacity: number): number {
  return 2 + capacity
}

export function pushRing(memory: Float64Array, at: number, capacity: number, value: number): void {
  const next = memory[at + 1] as number
  memory[at + 2 + next] = value
  memory[at + 1] = (next + 1) % capacity
  if ((memory[at] as number) < capacity) memory[at] = (memory[at] as number) + 1
}

export function ringCount(memory: Float64Array, at: number): number {
  return memory[at] as number
}

/** The value `back` steps before the newest (0 = the newest). */
export function ringBack(memory: Float64Array, at: number, capacity: number, back: number): number {
  const index = ((memory[at + 1] as number) - 1 - back + 2 * capacity) % capacity
  return memory[at + 2 + index] as number
}

/** The values, oldest first. */
export function ringValues(memory: Float64Array, at: number, capacity: number): Float64Array {
  const count = memory[at] as number
  const values = new Float64Array(count)
  const start = count < capacity ? 0 : (memory[at + 1] as number)
  const tail = Math.min(count, capacity - start)
  values.set(memory.subarray(at + 2 + start, at + 2 + start + tail))
  values.set(memory.subarray(at + 2, at + 2 + count - tail), tail)
  return values
}
