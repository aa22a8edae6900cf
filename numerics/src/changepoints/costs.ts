/** How badly one model fits the segment [from, to): minus twice its log-likelihood, up to terms all segmentations share. */
export type SegmentCost = (from: number, to: number) => number

export interface CostModel {
  cost: SegmentCost
  /** Parameters a further segment adds, its position included; a variance that is integrated out is none. */
  parameters: number
}

/** Running sums, so that any segment costs O(1). Values must be finite; centre and scale them first: sums of squares cancel. */
function sums(values: ArrayLike<number>) {
  const n = values.length
  const s = { y: new Float64Array(n + 1), yy: new Float64Array(n + 1), ty: new Float64Array(n + 1) }
  for (let i = 0; i < n; i++) {
    const value = values[i] as number
    s.y[i + 1] = (s.y[i] as number) + value
    s.yy[i + 1] = (s.yy[i] as number) + value * value
    s.ty[i + 1] = (s.ty[i] as number) + i * value
  }
  return s
}

const between = (s: Float64Array, from: number, to: number) => (s[to] as number) - (s[from] as number)

/** Residual sum of squares around the segment's mean. */
export function meanResidual(values: ArrayLike<number>): SegmentCost {
  const { y, yy } = sums(values)
  return (from, to) => Math.max(0, between(yy, from, to) - between(y, from, to) ** 2 / (to - from))
}

/** Residual sum of squares around the segment's own straight line. */
export function lineResidual(values: ArrayLike<number>): SegmentCost {
  const { y, yy, ty } = sums(values)
  return (from, to) => {
    const n = to - from
    const sum = between(y, from, to)
    const tt = (n * (n * n - 1)) / 12
    const covariance = between(ty, from, to) - ((from + to - 1) / 2) * sum
    return Math.max(0, between(yy, from, to) - (sum * sum) / n - (tt > 0 ? (covariance * covariance) / tt : 0))
  }
}

/** A shift of the mean against known noise. */
export function meanShift(values: ArrayLike<number>, noiseVariance: number): CostModel {
  const residual = meanResidual(values)
  return { cost: (from, to) => residual(from, to) / noiseVariance, parameters: 2 }
}

/** Each segment has a mean and a variance of its own; the variance is expected near `usual` (see `unknownVariance`). */
export function meanAndVariance(values: ArrayLike<number>, usual: number): CostModel {
  return { cost: unknownVariance(meanResidual(values), usual, values.length), parameters: 2 }
}

/** Each segment has a line and a variance of its own. */
export function lineAndVariance(values: ArrayLike<number>, usual: number): CostModel {
  return { cost: unknownVariance(lineResidual(values), usual, values.length), parameters: 3 }
}

/** Each segment has a rate of its own: for counts. */
export function poissonRate(counts: ArrayLike<number>): CostModel {
  const { y } = sums(counts)
  const cost: SegmentCost = (from, to) => {
    const sum = between(y, from, to)
    return sum > 0 ? 2 * sum * (1 - Math.log(sum / (to - from))) : 0
  }
  return { cost, parameters: 2 }
}

/** Several series that change together. */
export function jointly(models: readonly CostModel[]): CostModel {
  const parameters = models.reduce((sum, model) => sum + model.parameters - 1, 1)
  return { cost: (from, to) => models.reduce((sum, model) => sum + model.cost(from, to), 0), parameters }
}

/** Values the usual variance is worth: with fewer, three points that happen to lie on a line look like a certainty. */
const PRIOR_VALUES = 4

/** The segment's variance integrated out against an inverse gamma prior, instead of fitted: short segments then earn no praise. */
function unknownVariance(residual: SegmentCost, usual: number, n: number): SegmentCost {
  const logGamma = logGammaOfHalves(n + PRIOR_VALUES)
  const prior = PRIOR_VALUES * usual
  const constant = 2 * (logGamma[PRIOR_VALUES] as number) - PRIOR_VALUES * Math.log(prior)
  return (from, to) => {
    const freedom = to - from + PRIOR_VALUES
    return constant + freedom * Math.log(residual(from, to) + prior) - 2 * (logGamma[freedom] as number)
  }
}

/** ln Γ(k/2) for k = 0…limit (0 stands unused). */
function logGammaOfHalves(limit: number): Float64Array {
  const table = new Float64Array(limit + 1)
  if (limit >= 1) table[1] = 0.5 * Math.log(Math.PI)
  for (let k = 3; k <= limit; k++) table[k] = (table[k - 2] as number) + Math.log((k - 2) / 2)
  return table
}
