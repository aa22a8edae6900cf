/**
 * Quantiles of a stream within a relative error (DDSketch: Masson, Rim and Lee 2019): a value v falls in bucket ⌈log_γ |v|⌉, whose
 * middle is off by at most `accuracy`. Sketches of parts merge into exactly the sketch of the whole, in any order.
 */
export interface QuantileSketch {
  readonly accuracy: number
  readonly count: number
  readonly sum: number
  readonly min: number
  readonly max: number
  /** Values that are not finite are not counted. */
  add(value: number, times?: number): void
  /** Undefined while empty. */
  quantile(probability: number): number | undefined
  merge(other: QuantileSketch): void
  save(): QuantileSketchState
}

/** Plain data: buckets as [index, count], the largest magnitudes' buckets kept when there are too many. */
export interface QuantileSketchState {
  accuracy: number
  count: number
  sum: number
  min: number
  max: number
  zeros: number
  positive: [number, number][]
  negative: [number, number][]
}

/** Buckets a sign: at 1 % they span 17 orders of magnitude; beyond that the smallest magnitudes share one. */
const MOST_BUCKETS = 2048
/** Below this a value is zero. */
const SMALLEST = 1e-300

export function createQuantileSketch(accuracy = 0.01): QuantileSketch {
  if (!(accuracy > 0 && accuracy < 1)) throw new RangeError(`accuracy must be between 0 and 1, got ${accuracy}`)
  return restoreQuantileSketch({
    accuracy,
    count: 0,
    sum: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    zeros: 0,
    positive: [],
    negative: [],
  })
}

export function restoreQuantileSketch(saved: QuantileSketchState): QuantileSketch {
  const { accuracy } = saved
  const gamma = (1 + accuracy) / (1 - accuracy)
  const step = Math.log(gamma)
  const state = { ...saved }
  const positive = new Map(saved.positive)
  const negative = new Map(saved.negative)
  const middle = (index: number) => (2 * Math.exp(index * step)) / (gamma + 1)
  const put = (value: number, times: number) => {
    const magnitude = Math.abs(value)
    if (magnitude < SMALLEST) state.zeros += times
    else bump(value > 0 ? positive : negative, Math.ceil(Math.log(magnitude) / step), times)
  }
  return {
    accuracy,
    get count() {
      return state.count
    },
    get sum() {
      return state.sum
    },
    get min() {
      return state.min
    },
    get max() {
      return state.max
    },
    add(value, times = 1) {
      if (!Number.isFinite(value) || !(times > 0)) return
      state.count += times
      state.sum += value * times
      state.min = Math.min(state.min, value)
      state.max = Math.max(state.max, value)
      put(value, times)
    },
    quantile(probability) {
      if (state.count === 0) return undefined
      if (probability <= 0) return state.min
      if (probability >= 1) return state.max
      const found = walk({ negative, zeros: state.zeros, positive, middle }, probability * (state.count - 1))
      return Math.min(Math.max(found, state.min), state.max)
    },
    merge(other) {
      const theirs = other.save()
      if (theirs.accuracy !== accuracy) {
        throw new RangeError(`sketches of accuracy ${accuracy} and ${theirs.accuracy} do not merge`)
      }
      state.count += theirs.count
      state.sum += theirs.sum
      state.min = Math.min(state.min, theirs.min)
      state.max = Math.max(state.max, theirs.max)
      state.zeros += theirs.zeros
      for (const [index, times] of theirs.positive) bump(positive, index, times)
      for (const [index, times] of theirs.negative) bump(negative, index, times)
    },
    save: () => ({ ...state, positive: ascending(positive), negative: ascending(negative) }),
  }
}

const ascending = (buckets: Map<number, number>) => [...buckets].sort(([a], [b]) => a - b)

function bump(buckets: Map<number, number>, index: number, times: number): void {
  buckets.set(index, (buckets.get(index) ?? 0) + times)
  if (buckets.size <= MOST_BUCKETS) return
  const [lowest, second] = ascending(buckets)
  if (!lowest || !second) return
  buckets.delete(lowest[0])
  buckets.set(second[0], second[1] + lowest[1])
}

interface Buckets {
  negative: Map<number, number>
  zeros: number
  positive: Map<number, number>
  middle(index: number): number
}

function walk({ negative, zeros, positive, middle }: Buckets, rank: number): number {
  let seen = 0
  for (const [index, times] of ascending(negative).reverse()) {
    seen += times
    if (seen > rank) return -middle(index)
  }
  seen += zeros
  if (seen > rank) return 0
  let last = 0
  for (const [index, times] of ascending(positive)) {
    last = middle(index)
    seen += times
    if (seen > rank) return last
  }
  return last
}
