import { defined } from './minimum.ts'

const GOLDEN = (Math.sqrt(5) - 1) / 2

/** Lowest point of a function of one number with one valley in [lower, upper], to `tolerance` in x. */
export function goldenSection(
  goal: (x: number) => number,
  lower: number,
  upper: number,
  tolerance = 1e-6,
): { x: number; value: number } {
  let [a, b] = [lower, upper]
  let left = b - GOLDEN * (b - a)
  let right = a + GOLDEN * (b - a)
  let leftValue = defined(goal(left))
  let rightValue = defined(goal(right))
  // each step keeps 0.618 of the range: 200 steps exhaust the doubles whatever the tolerance
  for (let k = 0; k < 200 && b - a > tolerance; k++) {
    if (leftValue <= rightValue) {
      b = right
      right = left
      rightValue = leftValue
      left = b - GOLDEN * (b - a)
      leftValue = defined(goal(left))
    } else {
      a = left
      left = right
      leftValue = rightValue
      right = a + GOLDEN * (b - a)
      rightValue = defined(goal(right))
    }
  }
  return leftValue <= rightValue ? { x: left, value: leftValue } : { x: right, value: rightValue }
}
