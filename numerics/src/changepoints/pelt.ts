import type { SegmentCost } from './costs.ts'

export interface SegmentationLimits {
  /** What one more change must save. */
  penalty: number
  /** Fewest values of a segment. */
  minimum: number
}

/**
 * The exact best segmentation of n values under a penalty a change (PELT: Killick, Fearnhead and Eckley 2012). Answers the
 * first index of every segment but the first. Linear time when changes keep coming, quadratic when there are none.
 */
export function pelt(n: number, cost: SegmentCost, { penalty, minimum }: SegmentationLimits): number[] {
  if (n < 2 * minimum) return []
  const best = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY)
  const last = new Int32Array(n + 1)
  best[0] = -penalty
  let candidates: number[] = [0]
  for (let to = minimum; to <= n; to++) {
    let lowest = Number.POSITIVE_INFINITY
    const values: number[] = []
    for (const from of candidates) {
      const value = (best[from] as number) + cost(from, to)
      values.push(value)
      if (value + penalty < lowest) {
        lowest = value + penalty
        last[to] = from
      }
    }
    best[to] = lowest
    // Splitting never costs more than not splitting (before the penalty), so who is already behind by then stays behind.
    candidates = candidates.filter((_, i) => (values[i] as number) <= lowest)
    const next = to - minimum + 1
    if (next >= minimum) candidates.push(next)
  }
  return traceBack(last, n)
}

function traceBack(last: Int32Array, n: number): number[] {
  const changes: number[] = []
  for (let at = last[n] as number; at > 0; at = last[at] as number) changes.push(at)
  return changes.reverse()
}

/** Binary segmentation: the best single split, then the same in both halves. Fast and greedy; a baseline. */
export function binarySegmentation(n: number, cost: SegmentCost, { penalty, minimum }: SegmentationLimits): number[] {
  const changes: number[] = []
  const open: [number, number][] = [[0, n]]
  for (let segment = open.pop(); segment; segment = open.pop()) {
    const [from, to] = segment
    let best = cost(from, to) - penalty
    let split = -1
    for (let at = from + minimum; at <= to - minimum; at++) {
      const value = cost(from, at) + cost(at, to)
      if (value >= best) continue
      best = value
      split = at
    }
    if (split < 0) continue
    changes.push(split)
    open.push([from, split], [split, to])
  }
  return changes.sort((a, b) => a - b)
}
