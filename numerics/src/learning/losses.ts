/** What boosting follows: sums of trees, `outputs` a row, judged against one target a row. */
export interface Loss {
  /** Best constant sums for the given rows. */
  start(targets: Float64Array, rows: Int32Array): Float64Array
  /** Minus the gradient and the curvature of one row's loss in its sum number k. */
  slope(target: number, sums: Float64Array, row: number, k: number): number
  curvature(sums: Float64Array, row: number, k: number): number
  value(target: number, sums: Float64Array, row: number): number
  /** Sums to answers, in place. */
  answer(sums: Float64Array): Float64Array
}

const LEAST_CURVATURE = 1e-12
const at = (values: Float64Array, i: number) => values[i] as number
export const logistic = (sum: number) => 1 / (1 + Math.exp(-sum))

/** Half the squared error. */
export const squaredLoss: Loss = {
  start: (targets, rows) => Float64Array.from([rows.reduce((sum, row) => sum + at(targets, row) / rows.length, 0)]),
  slope: (target, sums, row) => target - at(sums, row),
  curvature: () => 1,
  value: (target, sums, row) => (target - at(sums, row)) ** 2 / 2,
  answer: (sums) => sums,
}

export const logisticLoss: Loss = {
  start: (targets, rows) => {
    const share = (rows.reduce((sum, row) => sum + at(targets, row), 0) + 0.5) / (rows.length + 1)
    return Float64Array.from([Math.log(share / (1 - share))])
  },
  slope: (target, sums, row) => target - logistic(at(sums, row)),
  curvature: (sums, row) => {
    const chance = logistic(at(sums, row))
    return Math.max(LEAST_CURVATURE, chance * (1 - chance))
  },
  value: (target, sums, row) => {
    const sum = at(sums, row)
    return Math.log1p(Math.exp(-Math.abs(sum))) + Math.max(sum, 0) - target * sum
  },
  answer: (sums) => sums.map(logistic),
}

/** Cross entropy of more than two classes. */
export function softmaxLoss(classes: number): Loss {
  const chance = (sums: Float64Array, row: number, k: number) => {
    const own = at(sums, row * classes + k)
    let others = 0
    for (let c = 0; c < classes; c++) others += Math.exp(at(sums, row * classes + c) - own)
    return 1 / others
  }
  return {
    start: (targets, rows) => {
      const counts = new Float64Array(classes).fill(0.5)
      for (const row of rows) counts[at(targets, row)] = at(counts, at(targets, row)) + 1
      return counts.map((count) => Math.log(count / (rows.length + classes / 2)))
    },
    slope: (target, sums, row, k) => Number(target === k) - chance(sums, row, k),
    curvature: (sums, row, k) => {
      const p = chance(sums, row, k)
      return Math.max(LEAST_CURVATURE, p * (1 - p))
    },
    value: (target, sums, row) => -Math.log(Math.max(1e-300, chance(sums, row, target))),
    answer: (sums) => sums.map((_, i) => chance(sums, Math.floor(i / classes), i % classes)),
  }
}
