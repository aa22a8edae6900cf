// Forecasts of parts and wholes that add up: Wickramasuriya, Athanasopoulos and Hyndman, JASA 114 (2019).
import {
  cholesky,
  createMatrix,
  type Matrix,
  multiply,
  multiplyVector,
  solveCholesky,
  transpose,
} from '../linear-algebra/index.ts'
import { ForecastInputError } from './errors.ts'

/**
 * structural: a whole's error counts in proportion to the number of its parts · variance: in proportion to its own past
 * errors · mint: with the past errors' correlations as well, shrunk towards none as far as the data says.
 */
export type Reconciliation = 'structural' | 'variance' | 'mint'

export interface Node {
  readonly id: string
  /** Ids of the nodes that this one is the sum of; none for a bottom node. */
  readonly parts?: readonly string[]
}

export interface NodeForecast {
  readonly id: string
  readonly mean: Float64Array
  /** One-step errors of the past, equally long for all nodes; needed for 'variance' and 'mint'. */
  readonly residuals?: Float64Array
}

/** The nearest forecasts that add up, in the same order and of the same horizon as given. */
export function reconcile(
  nodes: readonly Node[],
  forecasts: readonly NodeForecast[],
  how: Reconciliation = 'mint',
): Map<string, Float64Array> {
  const { order, bottom, summing } = summingMatrix(nodes)
  const byId = new Map(forecasts.map((one) => [one.id, one]))
  const own = order.map((id) => {
    const found = byId.get(id)
    if (!found) throw new ForecastInputError(`no forecast for node "${id}"`)
    return found
  })
  const horizon = own[0]?.mean.length ?? 0
  if (own.some(({ mean }) => mean.length !== horizon || !mean.every(Number.isFinite)))
    throw new ForecastInputError('forecasts of a hierarchy must be finite and share one horizon')
  const project = projection(summing, covariance(own, summing, how))
  const result = new Map(order.map((id) => [id, new Float64Array(horizon)]))
  for (let h = 0; h < horizon; h++) {
    const base = Float64Array.from(own, ({ mean }) => mean[h] as number)
    const coherent = multiplyVector(summing, project(base))
    order.forEach((id, i) => {
      const target = result.get(id)
      if (target) target[h] = coherent[i] as number
    })
  }
  if (bottom.length === 0) throw new ForecastInputError('a hierarchy needs at least one node without parts')
  return result
}

/** One row per node, one column per bottom node: 1 where the bottom node is part of it. */
export function summingMatrix(nodes: readonly Node[]): { order: string[]; bottom: string[]; summing: Matrix } {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  if (byId.size !== nodes.length) throw new ForecastInputError('two nodes of the hierarchy share an id')
  const bottom = nodes.filter(({ parts = [] }) => parts.length === 0).map(({ id }) => id)
  const place = new Map(bottom.map((id, k) => [id, k]))
  const summing = createMatrix(nodes.length, bottom.length)
  const add = (row: number, id: string, path: readonly string[]): void => {
    if (path.includes(id)) throw new ForecastInputError(`node "${id}" is part of itself: ${[...path, id].join(' → ')}`)
    const node = byId.get(id)
    if (!node) throw new ForecastInputError(`node "${path.at(-1)}" has a part "${id}" that is not in the hierarchy`)
    const column = place.get(id)
    if (column !== undefined) {
      const at = row * bottom.length + column
      summing.data[at] = (summing.data[at] as number) + 1
    }
    for (const part of node.parts ?? []) add(row, part, [...path, id])
  }
  nodes.forEach(({ id }, row) => {
    add(row, id, [])
  })
  return { order: nodes.map(({ id }) => id), bottom, summing }
}

/** (SᵀW⁻¹S)⁻¹SᵀW⁻¹ as a function of the base forecasts. */
function projection(summing: Matrix, w: Matrix): (base: Float64Array) => Float64Array {
  const factor = cholesky(w)
  if (!factor) throw new ForecastInputError('the errors of the hierarchy have no usable covariance')
  const weighted = createMatrix(summing.rows, summing.columns)
  for (let j = 0; j < summing.columns; j++) {
    const column = Float64Array.from(
      { length: summing.rows },
      (_, i) => summing.data[i * summing.columns + j] as number,
    )
    solveCholesky(factor, column).forEach((value, i) => {
      weighted.data[i * summing.columns + j] = value
    })
  }
  const inner = cholesky(multiply(transpose(weighted), summing))
  if (!inner) throw new ForecastInputError('the hierarchy has a bottom node that no sum can tell from another')
  const left = transpose(weighted)
  return (base) => solveCholesky(inner, multiplyVector(left, base))
}

function covariance(own: readonly NodeForecast[], summing: Matrix, how: Reconciliation): Matrix {
  const n = own.length
  const w = createMatrix(n, n)
  if (how === 'structural') {
    for (let i = 0; i < n; i++) {
      let parts = 0
      for (let j = 0; j < summing.columns; j++) parts += summing.data[i * summing.columns + j] as number
      w.data[i * n + i] = parts
    }
    return w
  }
  const residuals = own.map(({ id, residuals }) => {
    if (!residuals || residuals.length < 2)
      throw new ForecastInputError(`'${how}' needs at least 2 past errors of node "${id}"`)
    return residuals
  })
  if (residuals.some((one) => one.length !== residuals[0]?.length))
    throw new ForecastInputError('past errors of a hierarchy must be equally long')
  const deviations = scales(residuals)
  const shrinkage = how === 'mint' ? shrinkageOf(residuals, deviations) : 1
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      const correlation =
        i === j ? 1 : (1 - shrinkage) * correlationOf(residuals[i], residuals[j], deviations[i], deviations[j])
      w.data[i * n + j] = correlation * (deviations[i] as number) * (deviations[j] as number)
    }
  return w
}

/** Root mean squares; a node that never erred gets a trifle of the others' size, since a weight cannot be infinite. */
function scales(residuals: readonly Float64Array[]): number[] {
  const roots = residuals.map((one) => Math.sqrt(one.reduce((sum, r) => sum + r * r, 0) / one.length))
  const floor = 1e-3 * (Math.max(...roots) || 1)
  return roots.map((root) => Math.max(root, floor))
}

function correlationOf(a: Float64Array | undefined, b: Float64Array | undefined, da = 1, db = 1): number {
  if (!a || !b) return 0
  return a.reduce((sum, value, t) => sum + (value / da) * ((b[t] as number) / db), 0) / a.length
}

/** Share of the correlations that is noise: Schäfer and Strimmer (2005). */
function shrinkageOf(residuals: readonly Float64Array[], deviations: readonly number[]): number {
  const length = residuals[0]?.length ?? 0
  let noise = 0
  let signal = 0
  residuals.forEach((a, i) => {
    for (let j = 0; j < i; j++) {
      const b = residuals[j] as Float64Array
      const mean = correlationOf(a, b, deviations[i], deviations[j])
      let spread = 0
      for (let t = 0; t < length; t++) {
        const product = ((a[t] as number) / (deviations[i] as number)) * ((b[t] as number) / (deviations[j] as number))
        spread += (product - mean) ** 2
      }
      noise += spread / (length * (length - 1))
      signal += mean * mean
    }
  })
  // never quite 0: with fewer errors than nodes the plain correlations have no inverse
  return signal > 0 ? Math.min(1, Math.max(0.01, noise / signal)) : 1
}
