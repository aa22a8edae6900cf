import { type Judgement, UNBOUNDED } from './face.ts'
import { heavySurprise, normalSurprise, scoreOf } from './surprise.ts'

/** Standard errors either side that leave out one ordinary value in a thousand: where the score passes ½. */
export const BAND = 3.2905

/** Judges by distance from an expectation whose errors are near normal with a known spread. */
export function judgeNormal(out: Judgement, value: number, expected: number, deviation: number): void {
  out.expected = expected
  out.lower = expected - BAND * deviation
  out.upper = expected + BAND * deviation
  out.score = scoreOf(surpriseBy(errorOf(value, expected), deviation, normalSurprise))
}

/** The same where the spread itself is a guess from few points, or the errors have heavy tails. */
export function judgeHeavy(out: Judgement, value: number, expected: number, deviation: number): void {
  out.expected = expected
  // Student's t with 4 degrees of freedom leaves out one in a thousand beyond 8.61.
  out.lower = expected - 8.61 * deviation
  out.upper = expected + 8.61 * deviation
  out.score = scoreOf(surpriseBy(errorOf(value, expected), deviation, heavySurprise))
}

/** Differences in the last digits come from rounding, not from the world. */
function errorOf(value: number, expected: number): number {
  const error = value - expected
  return Math.abs(error) > 1e-9 * Math.abs(expected) ? error : 0
}

/** A series that never moved: any other value is a surprise of one in a million, the same value none. */
function surpriseBy(error: number, deviation: number, law: (z: number) => number): number {
  if (deviation > 0) return law(error / deviation)
  return error === 0 ? 0 : 6
}

/** Too early to say anything but what was last expected. */
export function judgeNothing(out: Judgement, expected: number): void {
  out.score = 0
  out.expected = expected
  out.lower = -UNBOUNDED
  out.upper = UNBOUNDED
}

/** What to learn from a value: itself, or the edge of what is believable, so that one outage is not learned as normal. */
export function believable(value: number, expected: number, deviation: number): number {
  const reach = 4 * deviation
  return deviation > 0 ? Math.min(Math.max(value, expected - reach), expected + reach) : value
}
