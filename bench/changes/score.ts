// The two scores of the Turing change point benchmark (van den Burg and Williams 2020), from their definitions.

const MARGIN = 5

/** Precision against the union of all annotators, recall averaged over them; index 0 always counts as a change. */
export function fMeasure(annotations: readonly number[][], predicted: readonly number[]): number {
  const found = distinct([0, ...predicted])
  const truths = annotations.map((one) => distinct([0, ...one]))
  const precision = matches(distinct(truths.flat()), found) / found.length
  const recall = truths.reduce((sum, truth) => sum + matches(truth, found) / truth.length, 0) / truths.length
  return (2 * precision * recall) / (precision + recall)
}

/** Mean over annotators of the length-weighted best overlap (Jaccard) of each true segment with a predicted one. */
export function covering(annotations: readonly number[][], predicted: readonly number[], n: number): number {
  const segments = segmentsOf(predicted, n)
  const of = (truth: readonly number[]) =>
    segmentsOf(truth, n).reduce((sum, [from, to]) => {
      const best = Math.max(...segments.map(([a, b]) => overlap(from, to, a, b)))
      return sum + ((to - from) / n) * best
    }, 0)
  return annotations.reduce((sum, truth) => sum + of(truth), 0) / annotations.length
}

const distinct = (points: readonly number[]) => [...new Set(points)].sort((a, b) => a - b)

/** True points that can each be given a predicted one of its own within the margin, the nearest first. */
function matches(truth: readonly number[], predicted: readonly number[]): number {
  const free = new Set(predicted)
  let count = 0
  for (const point of truth) {
    const near = [...free].filter((x) => Math.abs(x - point) <= MARGIN)
    const nearest = near.sort((a, b) => Math.abs(a - point) - Math.abs(b - point))[0]
    if (nearest === undefined) continue
    free.delete(nearest)
    count++
  }
  return count
}

function segmentsOf(changes: readonly number[], n: number): [number, number][] {
  const starts = distinct([0, ...changes.filter((at) => at > 0 && at < n)])
  return starts.map((start, i) => [start, starts[i + 1] ?? n])
}

function overlap(from: number, to: number, a: number, b: number): number {
  const shared = Math.max(0, Math.min(to, b) - Math.max(from, a))
  return shared / (to - from + (b - a) - shared)
}
