import { judgeNothing } from '../band.ts'
import { clip, type Method, requireOption } from '../face.ts'
import { scoreOf } from '../surprise.ts'
import { chiSquaredSurprise } from './counts.ts'

export interface ShareShiftOptions {
  /** Number of parts. */
  parts: number
  /** Points of memory. */
  memory: number
}

const COUNT = 0
const DISPERSION = 1
const SHARES = 2

/**
 * Whether the parts' shares of the total shifted (payment kinds, carriers, countries), whatever the total does. Chi-squared against
 * the usual shares, over how much the shares wander anyway. The answer is in terms of that statistic per degree of freedom.
 */
export const SHARE_SHIFT: Method<ShareShiftOptions, ArrayLike<number>> = {
  name: 'share-shift',
  defaults: { parts: 2, memory: 100 },
  check({ parts, memory }) {
    requireOption(Number.isInteger(parts) && parts >= 2, `parts must be a whole number of at least 2, got ${parts}`)
    requireOption(memory >= 2, `memory must be at least 2, got ${memory}`)
  },
  size: ({ parts }) => SHARES + parts,
  read(input, { parts }) {
    if (input.length !== parts) throw new RangeError(`expected ${parts} parts a point, got ${input.length}`)
    const values = Float64Array.from(input, clip)
    const total = values.reduce((sum, value) => sum + value, 0)
    return total > 0 && values.every((value) => value >= 0) ? values : undefined
  },
  step(memory, { parts, memory: length }, { input }, out) {
    const n = memory[COUNT] as number
    let total = 0
    for (let i = 0; i < parts; i++) total += input[i] as number
    const statistic = n ? chiSquared(memory, input, total) / (parts - 1) : 0
    const dispersion = Math.max(memory[DISPERSION] as number, Math.min(1, total))
    judgeNothing(out, dispersion)
    if (n >= 10) {
      out.lower = 0
      out.upper = dispersion * upperLimit(parts - 1)
      out.score = scoreOf(chiSquaredSurprise((statistic / dispersion) * (parts - 1), parts - 1))
    }
    memory[COUNT] = n + 1
    const gain = Math.max(1 / length, 1 / (n + 1))
    for (let i = 0; i < parts; i++) {
      const share = (input[i] as number) / total
      memory[SHARES + i] = (memory[SHARES + i] as number) + gain * (share - (memory[SHARES + i] as number))
    }
    if (n === 0) return
    // One shift must not be learned as the usual wander.
    const bounded = n < 10 ? statistic : Math.min(statistic, 4 * dispersion)
    memory[DISPERSION] =
      (memory[DISPERSION] as number) + Math.max(0.02, 1 / n) * (bounded - (memory[DISPERSION] as number))
  },
}

function chiSquared(memory: Float64Array, input: ArrayLike<number>, total: number): number {
  let sum = 0
  for (let i = 0; i < input.length; i++) {
    // Half a count for a part never seen: its first appearance is news, not infinity.
    const expected = Math.max(total * (memory[SHARES + i] as number), 0.5 * Math.min(1, total))
    sum += ((input[i] as number) - expected) ** 2 / expected
  }
  return sum
}

/** Chi-squared per degree of freedom exceeded once in a thousand (Wilson and Hilferty 1931). */
function upperLimit(degrees: number): number {
  const k = 2 / (9 * degrees)
  return (1 - k + 3.0902 * Math.sqrt(k)) ** 3
}
