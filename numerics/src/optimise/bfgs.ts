import { type Bounds, clampInto, defined, type Minimum } from './minimum.ts'

export interface BfgsOptions extends Bounds {
  /** Exact gradient; without it forward differences are taken. */
  readonly gradient?: (point: Float64Array) => Float64Array
  readonly maxIterations?: number
  /** Stops when a step gains less than this share of the value. */
  readonly tolerance?: number
  /** Pairs of steps kept by `lbfgs`. */
  readonly memory?: number
}

type Goal = (point: Float64Array) => number

interface Pair {
  step: Float64Array
  change: Float64Array
  /** 1 / (changeᵀ step) */
  rho: number
}

const inner = (a: Float64Array, b: Float64Array) => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}

/** Limited-memory BFGS with backtracking; for few parameters `memory` ≥ their number makes it plain BFGS. */
export function lbfgs(goal: Goal, start: ArrayLike<number>, options: BfgsOptions = {}): Minimum {
  const limit = options.maxIterations ?? 200
  const tolerance = options.tolerance ?? 1e-9
  let evaluations = 0
  const measure = (at: Float64Array) => {
    evaluations++
    return defined(goal(at))
  }
  let point = clampInto(Float64Array.from(start), options)
  let value = measure(point)
  let slope = gradientAt(measure, point, value, options)
  const pairs: Pair[] = []
  for (let iteration = 0; iteration < limit; iteration++) {
    const direction = descent(slope, pairs)
    const found = lineSearch(measure, { point, value, slope, direction, first: pairs.length === 0 }, options)
    if (!found) {
      if (pairs.length === 0) return { point, value, evaluations, converged: true }
      pairs.length = 0 // a stale curvature misled the search: once more straight downhill
      continue
    }
    const newSlope = gradientAt(measure, found.point, found.value, options)
    remember(pairs, found.point, point, newSlope, slope, options.memory ?? 8)
    const gain = value - found.value
    point = found.point
    value = found.value
    slope = newSlope
    if (gain <= tolerance * (Math.abs(value) + 1e-12)) return { point, value, evaluations, converged: true }
  }
  return { point, value, evaluations, converged: false }
}

function gradientAt(measure: Goal, point: Float64Array, value: number, options: BfgsOptions): Float64Array {
  if (options.gradient) return options.gradient(point)
  const slope = new Float64Array(point.length)
  const nudged = point.slice()
  for (let i = 0; i < point.length; i++) {
    const at = point[i] as number
    const size = 1e-6 * Math.max(1, Math.abs(at))
    const upper = options.upper?.[i] ?? Number.POSITIVE_INFINITY
    const by = at + size <= upper ? size : -size
    nudged[i] = at + by
    const change = (measure(nudged) - value) / by
    slope[i] = Number.isFinite(change) ? change : 0
    nudged[i] = at
  }
  return slope
}

/** −H·slope by the two-loop recursion. */
function descent(slope: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = slope.map((s) => -s)
  const shares: number[] = []
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { step, change, rho } = pairs[k] as Pair
    const share = rho * inner(step, direction)
    shares[k] = share
    for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] as number) - share * (change[i] as number)
  }
  const last = pairs[pairs.length - 1]
  if (last) {
    const scale = 1 / (last.rho * inner(last.change, last.change))
    for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] as number) * scale
  }
  for (let k = 0; k < pairs.length; k++) {
    const { step, change, rho } = pairs[k] as Pair
    const share = (shares[k] as number) - rho * inner(change, direction)
    for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] as number) + share * (step[i] as number)
  }
  return direction
}

interface Search {
  point: Float64Array
  value: number
  slope: Float64Array
  direction: Float64Array
  first: boolean
}

/** Backtracks until the value falls enough (Armijo); undefined when it never does. */
function lineSearch(measure: Goal, { point, value, slope, direction, first }: Search, bounds: Bounds) {
  const fall = inner(slope, direction)
  if (!(fall < 0)) return undefined
  // without curvature the gradient's length says nothing about the distance: start with a short step
  let length = first ? Math.min(1, 0.1 / Math.sqrt(inner(direction, direction))) : 1
  for (let k = 0; k < 30; k++) {
    const next = clampInto(
      point.map((x, i) => x + length * (direction[i] as number)),
      bounds,
    )
    const reached = measure(next)
    if (reached <= value + 1e-4 * length * fall && reached < value) return { point: next, value: reached }
    length *= k < 5 ? 0.5 : 0.1
  }
  return undefined
}

function remember(
  pairs: Pair[],
  to: Float64Array,
  from: Float64Array,
  slopeTo: Float64Array,
  slopeFrom: Float64Array,
  memory: number,
): void {
  const step = to.map((x, i) => x - (from[i] as number))
  const change = slopeTo.map((s, i) => s - (slopeFrom[i] as number))
  const curvature = inner(step, change)
  if (!(curvature > 1e-12 * Math.sqrt(inner(step, step) * inner(change, change)))) return
  pairs.push({ step, change, rho: 1 / curvature })
  if (pairs.length > memory) pairs.shift()
}
