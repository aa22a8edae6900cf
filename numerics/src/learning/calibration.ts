import { predictLogistic, trainLogistic } from './logistic-regression.ts'

/** Turns scores into probabilities. Plain data, monotone. */
export type Calibration =
  | {
      kind: 'isotonic' /** Ascending scores and their probabilities; between them, straight lines. */
      scores: Float64Array
      chances: Float64Array
    }
  | { kind: 'platt'; slope: number; intercept: number }

/** Pool adjacent violators: the non-decreasing step function closest to the labels in weighted squares. */
export function isotonicFit(values: ArrayLike<number>, weights?: ArrayLike<number>): Float64Array {
  const level: number[] = []
  const weight: number[] = []
  const length: number[] = []
  for (let i = 0; i < values.length; i++) {
    level.push(values[i] as number)
    weight.push((weights?.[i] as number | undefined) ?? 1)
    length.push(1)
    while (level.length > 1 && (level.at(-2) as number) >= (level.at(-1) as number)) {
      const [upper, heavy, long] = [level.pop() as number, weight.pop() as number, length.pop() as number]
      const last = level.length - 1
      const total = (weight[last] as number) + heavy
      const pooled = (level[last] as number) * (weight[last] as number) + upper * heavy
      level[last] = total > 0 ? pooled / total : upper
      weight[last] = total
      length[last] = (length[last] as number) + long
    }
  }
  const fitted = new Float64Array(values.length)
  let at = 0
  level.forEach((value, block) => {
    fitted.fill(value, at, at + (length[block] as number))
    at += length[block] as number
  })
  return fitted
}

/** Follows any monotone distortion; wants a few hundred labels. Equal scores share one probability. */
export function calibrateIsotonic(scores: ArrayLike<number>, labels: ArrayLike<number>): Calibration {
  const order = sortedIndex(scores, labels)
  const unique: number[] = []
  const means: number[] = []
  const weights: number[] = []
  for (const i of order) {
    const score = scores[i] as number
    if (unique.at(-1) !== score) {
      unique.push(score)
      means.push(0)
      weights.push(0)
    }
    const last = unique.length - 1
    weights[last] = (weights[last] as number) + 1
    means[last] =
      (means[last] as number) + ((labels[i] as number) - (means[last] as number)) / (weights[last] as number)
  }
  return { kind: 'isotonic', scores: Float64Array.from(unique), chances: isotonicFit(means, weights) }
}

/** Platt's sigmoid with his softened targets: for few labels, or scores that are log odds but for scale. */
export function calibratePlatt(scores: ArrayLike<number>, labels: ArrayLike<number>): Calibration {
  const order = sortedIndex(scores, labels)
  const positives = order.filter((i) => (labels[i] as number) > 0).length
  const yes = (positives + 1) / (positives + 2)
  const no = 1 / (order.length - positives + 2)
  const column = Float64Array.from(order, (i) => scores[i] as number)
  const targets = Float64Array.from(order, (i) => ((labels[i] as number) > 0 ? yes : no))
  const model = trainLogistic([column], targets)
  return { kind: 'platt', slope: model.coefficients[0] as number, intercept: model.intercept }
}

export function calibrated(calibration: Calibration, scores: ArrayLike<number>): Float64Array {
  if (calibration.kind === 'platt') {
    const { slope, intercept } = calibration
    const coefficients = Float64Array.from([slope])
    const model = { intercept, coefficients, means: new Float64Array(1), rounds: 0, converged: true }
    return predictLogistic(model, [Float64Array.from(scores)])
  }
  return Float64Array.from(scores, (score) => between(calibration.scores, calibration.chances, score))
}

function between(xs: Float64Array, ys: Float64Array, x: number): number {
  if (xs.length === 0) return 0.5
  let low = 0
  let high = xs.length - 1
  if (!(x > (xs[0] as number))) return ys[0] as number
  if (x >= (xs[high] as number)) return ys[high] as number
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((xs[middle] as number) <= x) low = middle
    else high = middle
  }
  const [a, b] = [xs[low] as number, xs[high] as number]
  const part = b / 2 - a / 2 > 0 ? (x / 2 - a / 2) / (b / 2 - a / 2) : 0
  return (ys[low] as number) + part * ((ys[high] as number) - (ys[low] as number))
}

function sortedIndex(scores: ArrayLike<number>, labels: ArrayLike<number>): number[] {
  if (scores.length !== labels.length) throw new RangeError(`${scores.length} scores for ${labels.length} labels`)
  const order = Array.from({ length: scores.length }, (_, i) => i).filter((i) => !Number.isNaN(scores[i] as number))
  return order.sort((a, b) => (scores[a] as number) - (scores[b] as number) || 0)
}
