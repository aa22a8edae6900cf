import { regularizedBeta } from '../../distributions/index.ts'
import { judgeNothing } from '../band.ts'
import { type Judgement, type Method, requireOption } from '../face.ts'
import { scoreOf } from '../surprise.ts'

/** `part` of `whole`: 2 of 4 delivered, 2,000 of 4,000 delivered. */
export interface Ratio {
  part: number
  whole: number
}

export interface RatioOptions {
  /** Points of memory. */
  memory: number
}

const COUNT = 0
const PART = 1
const WHOLE = 2
const WANDER = 3

/**
 * A share judged by how much it could differ by chance at this size: binomial around a rate that is itself uncertain (beta) and
 * wanders by as much as it has been seen to. The answer is in terms of the share, 0…1. A point of nothing (whole 0) is missing.
 */
export const RATIO: Method<RatioOptions, Ratio> = {
  name: 'ratio',
  defaults: { memory: 200 },
  check({ memory }) {
    requireOption(memory >= 2, `memory must be at least 2, got ${memory}`)
  },
  size: () => 4,
  read({ part, whole }) {
    const holds = Number.isFinite(part) && Number.isFinite(whole) && part >= 0 && whole > 0 && part <= whole
    return holds ? { part: Math.min(part, 1e60), whole: Math.min(whole, 1e60) } : undefined
  },
  step(memory, { memory: length }, { input }, out) {
    const n = memory[COUNT] as number
    // Jeffreys' prior: half a success and half a failure.
    const a = (memory[PART] as number) + 0.5
    const b = (memory[WHOLE] as number) - (memory[PART] as number) + 0.5
    const rate = a / (a + b)
    // Share of a point's variance that does not shrink with its size.
    const fixed = Math.min(1, 1 / (a + b + 1) + (memory[WANDER] as number))
    const effective = input.whole / (1 + (input.whole - 1) * fixed)
    if (n < 10) judgeNothing(out, rate)
    else judgeShare(input, rate, Math.max(effective, Math.min(1, input.whole)), out)
    learn(memory, input, { rate, n, length })
  },
}

function learn(
  memory: Float64Array,
  { part, whole }: Ratio,
  { rate, n, length }: { rate: number; n: number; length: number },
): void {
  const keep = 1 - 1 / length
  memory[COUNT] = n + 1
  memory[PART] = keep * (memory[PART] as number) + part
  memory[WHOLE] = keep * (memory[WHOLE] as number) + whole
  const spread = rate * (1 - rate)
  if (n < 5 || !(spread > 0) || whole < 2) return
  // E (p̂ − p)² / (p (1 − p)) = 1/n + wander (1 − 1/n); a point counts at most nine times what chance allows.
  const square = (part / whole - rate) ** 2 / spread
  const wander = (Math.min(square, 9 * (1 / whole + (memory[WANDER] as number))) - 1 / whole) / (1 - 1 / whole)
  memory[WANDER] = Math.max(
    0,
    (memory[WANDER] as number) + Math.max(0.01, 1 / n) * (wander - (memory[WANDER] as number)),
  )
}

function judgeShare({ part, whole }: Ratio, rate: number, effective: number, out: Judgement): void {
  const share = part / whole
  out.expected = rate
  const surprise = Math.max(tail(share, rate, effective, true), tail(share, rate, effective, false)) - Math.log10(2)
  out.score = scoreOf(Math.max(0, surprise))
  out.lower = edge(rate, effective, false)
  out.upper = edge(rate, effective, true)
}

/** −log10 P(K ≥ k) or P(K ≤ k) for a binomial of (possibly fractional) size, through the incomplete beta function. */
function tail(share: number, rate: number, size: number, above: boolean): number {
  const k = share * size
  const p = above
    ? k <= 0
      ? 1
      : regularizedBeta(rate, k, size - k + 1)
    : k >= size
      ? 1
      : regularizedBeta(1 - rate, size - k, k + 1)
  return p > 1e-290 ? -Math.log10(Math.min(1, p)) : 290
}

function edge(rate: number, size: number, above: boolean): number {
  const limit = 3 + Math.log10(2)
  let inside = rate
  let outside = above ? 1 : 0
  if (tail(outside, rate, size, above) < limit) return outside
  for (let i = 0; i < 30; i++) {
    const middle = (inside + outside) / 2
    if (tail(middle, rate, size, above) < limit) inside = middle
    else outside = middle
  }
  return inside
}
