import { logGamma, regularizedBeta, regularizedGammaP, regularizedGammaQ } from '../../distributions/index.ts'
import { judgeNothing } from '../band.ts'
import { clip, type Method, requireOption } from '../face.ts'
import { scoreOf } from '../surprise.ts'

export interface CountsOptions {
  /** Points of a season, each with a rate of its own; 1 = none. */
  period: number
  /** Points (or seasons) of memory. */
  memory: number
}

const COUNT = 0
const MEAN = 1
const EXCESS = 2
const SLOTS = 3

/**
 * Counts judged by the tail of their own law: Poisson, or negative binomial when they vary more. One order where two are usual is
 * nothing; 1,000 where 2,000 are usual is a catastrophe.
 */
export const COUNTS: Method<CountsOptions> = {
  name: 'counts',
  defaults: { period: 1, memory: 100 },
  check({ period, memory }) {
    requireOption(Number.isInteger(period) && period >= 1, `period must be a whole number of at least 1, got ${period}`)
    requireOption(memory >= 2, `memory must be at least 2, got ${memory}`)
  },
  // Per slot: rate, times seen.
  size: ({ period }) => SLOTS + 2 * period,
  // A negative count is no count.
  read: (input) => (Number.isFinite(input) && input >= 0 ? clip(input) : undefined),
  step(memory, { period, memory: length }, { input }, out) {
    const n = memory[COUNT] as number
    const slot = SLOTS + 2 * (n % period)
    const seen = memory[slot + 1] as number
    const overall = n ? (memory[MEAN] as number) : input
    const rate = seen > 0 ? (memory[slot] as number) : overall
    // Variance = rate + excess · rate²: the excess is what a rate itself wanders, plus what is not yet known of it.
    const known = Math.min(seen, length)
    const excess = (memory[EXCESS] as number) + 1 / (1 + Math.max(0.5, rate) * known)
    if (n < 10) judgeNothing(out, rate)
    else judgeCount(input, rate, excess, out)
    memory[COUNT] = n + 1
    learn(memory, { input, rate, slot, seen, n, length, upper: out.upper })
  },
}

interface Lesson {
  input: number
  rate: number
  slot: number
  seen: number
  n: number
  length: number
  upper: number
}

function learn(memory: Float64Array, { input, rate, slot, seen, n, length, upper }: Lesson): void {
  const learned = n < 10 ? input : Math.min(input, upper)
  memory[MEAN] = n
    ? (memory[MEAN] as number) + Math.max(1 / length, 1 / (n + 1)) * (learned - (memory[MEAN] as number))
    : input
  memory[slot] = seen > 0 ? rate + Math.max(1 / length, 1 / (seen + 1)) * (learned - rate) : learned
  memory[slot + 1] = seen + 1
  if (seen === 0 || rate <= 0) return
  const excess = ((learned - rate) ** 2 - rate) / (rate * rate)
  // A rate of 0.1 tells little of the excess: it counts by how much information it holds.
  const trust = rate / (1 + rate)
  const gain = trust * Math.max(0.01, 1 / (n + 1))
  memory[EXCESS] = Math.max(0, (memory[EXCESS] as number) + gain * (excess - (memory[EXCESS] as number)))
}

function judgeCount(
  count: number,
  rate: number,
  excess: number,
  out: { score: number; expected: number; lower: number; upper: number },
): void {
  const high = tailSurprise(count, rate, excess, true)
  const low = tailSurprise(count, rate, excess, false)
  out.expected = rate
  // Two sides: each has half of the probability.
  out.score = scoreOf(Math.max(0, Math.max(high, low) - Math.log10(2)))
  out.lower = edge(rate, excess, false)
  out.upper = edge(rate, excess, true)
}

/** −log10 P(X ≥ count) or P(X ≤ count). */
export function tailSurprise(count: number, rate: number, excess: number, above: boolean): number {
  if (!(rate > 0)) return above && count > 0 ? 3 + Math.log10(count) : 0
  const size = 1 / excess
  // Beyond this size the two laws agree to all digits that matter.
  const p = size > 1e6 ? poissonTail(count, rate, above) : negativeBinomialTail(count, rate, size, above)
  return p > 1e-290 ? -Math.log10(Math.min(1, p)) : 290
}

function poissonTail(count: number, rate: number, above: boolean): number {
  if (above) return count <= 0 ? 1 : regularizedGammaP(count, rate)
  return regularizedGammaQ(count + 1, rate)
}

function negativeBinomialTail(count: number, rate: number, size: number, above: boolean): number {
  const failure = rate / (size + rate)
  if (above) return count <= 0 ? 1 : regularizedBeta(failure, count, size)
  return regularizedBeta(1 - failure, size, count + 1)
}

/** Where the surprise of a side passes one in two thousand, by bisection. */
function edge(rate: number, excess: number, above: boolean): number {
  const limit = 3 + Math.log10(2)
  let inside = rate
  let outside = above ? rate + 10 + 10 * Math.sqrt(rate + excess * rate * rate) : 0
  while (above && tailSurprise(outside, rate, excess, true) < limit && outside < 1e12 * (1 + rate)) outside *= 2
  if (!above && tailSurprise(0, rate, excess, false) < limit) return 0
  for (let i = 0; i < 40 && Math.abs(outside - inside) > 0.25; i++) {
    const middle = (inside + outside) / 2
    if (tailSurprise(middle, rate, excess, above) < limit) inside = middle
    else outside = middle
  }
  return inside
}

/** −log10 of the upper tail of chi-squared, also where the tail itself underflows. */
export function chiSquaredSurprise(x: number, degrees: number): number {
  if (!(x > 0)) return 0
  const tail = regularizedGammaQ(degrees / 2, x / 2)
  if (tail > 1e-290) return -Math.log10(tail)
  const half = x / 2
  return (half - (degrees / 2 - 1) * Math.log(half) + logGamma(degrees / 2)) / Math.LN10
}
