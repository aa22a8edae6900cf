import { type Bounds, clampInto, defined, type Minimum } from './minimum.ts'

export interface NelderMeadOptions extends Bounds {
  /** First step along each axis; default 5 % of the value, or 0.05 at 0. */
  readonly steps?: ArrayLike<number>
  readonly maxEvaluations?: number
  /** Stops when the simplex' values differ by less, relative to the best. */
  readonly tolerance?: number
}

type Goal = (point: Float64Array) => number

/** Downhill simplex within bounds; needs no gradient and shrugs at kinks. Gives up after `maxEvaluations`. */
export function nelderMead(goal: Goal, start: ArrayLike<number>, options: NelderMeadOptions = {}): Minimum {
  const limit = options.maxEvaluations ?? 200 * (start.length + 1)
  const tolerance = options.tolerance ?? 1e-8
  let evaluations = 0
  const measure = (point: Float64Array) => {
    evaluations++
    return { point, value: defined(goal(clampInto(point, options))) }
  }
  const simplex = firstCorners(start, options).map(measure)
  let converged = false
  while (true) {
    simplex.sort((a, b) => a.value - b.value)
    const best = simplex[0] as Corner
    const worst = simplex[simplex.length - 1] as Corner
    converged = worst.value - best.value <= tolerance * (Math.abs(best.value) + 1e-12) || start.length === 0
    if (converged || evaluations >= limit) return { ...best, evaluations, converged }
    step(simplex, measure)
  }
}

interface Corner {
  point: Float64Array
  value: number
}

function firstCorners(start: ArrayLike<number>, options: NelderMeadOptions): Float64Array[] {
  const origin = clampInto(Float64Array.from(start), options)
  const corners = [origin]
  for (let i = 0; i < origin.length; i++) {
    const corner = origin.slice()
    const at = corner[i] as number
    const stride = options.steps?.[i] ?? (at === 0 ? 0.05 : 0.05 * Math.abs(at))
    const upper = options.upper?.[i] ?? Number.POSITIVE_INFINITY
    // at a bound the first step goes inwards, or the simplex would be flat
    corner[i] = at + stride <= upper ? at + stride : at - stride
    corners.push(corner)
  }
  return corners
}

/** One move: reflect, then expand, contract or shrink. `simplex` is sorted, best first. */
function step(simplex: Corner[], measure: (point: Float64Array) => Corner): void {
  const size = simplex.length
  const best = simplex[0] as Corner
  const worst = simplex[size - 1] as Corner
  const second = simplex[size - 2] as Corner
  const middle = new Float64Array(best.point.length)
  for (let k = 0; k < size - 1; k++)
    for (let i = 0; i < middle.length; i++)
      middle[i] = (middle[i] as number) + ((simplex[k] as Corner).point[i] as number) / (size - 1)
  const along = (factor: number) => measure(middle.map((m, i) => m + factor * ((worst.point[i] as number) - m)))
  const reflected = along(-1)
  if (reflected.value < best.value) {
    const expanded = along(-2)
    simplex[size - 1] = expanded.value < reflected.value ? expanded : reflected
    return
  }
  if (reflected.value < second.value) {
    simplex[size - 1] = reflected
    return
  }
  const contracted = along(reflected.value < worst.value ? -0.5 : 0.5)
  if (contracted.value < Math.min(reflected.value, worst.value)) {
    simplex[size - 1] = contracted
    return
  }
  for (let k = 1; k < size; k++) {
    const corner = (simplex[k] as Corner).point
    simplex[k] = measure(corner.map((x, i) => (best.point[i] as number) + 0.5 * (x - (best.point[i] as number))))
  }
}
