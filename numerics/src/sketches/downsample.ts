/**
 * Which points to draw so that a line of `points` looks like the whole: largest triangle three buckets (Steinarsson 2013). Answers
 * ascending indices; first and last are always among them. Points with a value that is not finite are never drawn.
 */
export function largestTriangles(times: ArrayLike<number>, values: ArrayLike<number>, points: number): Int32Array {
  const kept = drawable(times, values)
  if (points >= kept.length || kept.length <= 2) return kept
  if (!(points >= 2)) throw new RangeError(`points must be at least 2, got ${points}`)
  const chosen = new Int32Array(Math.floor(points))
  const inner = chosen.length - 2
  chosen[chosen.length - 1] = kept[kept.length - 1] as number
  chosen[0] = kept[0] as number
  const edge = (bucket: number) => 1 + Math.floor((bucket * (kept.length - 2)) / inner)
  for (let bucket = 0; bucket < inner; bucket++) {
    const next = average(
      times,
      values,
      kept.subarray(edge(bucket + 1), bucket + 1 < inner ? edge(bucket + 2) : kept.length),
    )
    const own = kept.subarray(edge(bucket), edge(bucket + 1))
    chosen[bucket + 1] = largest(times, values, { own, from: chosen[bucket] as number, next })
  }
  return chosen
}

function drawable(times: ArrayLike<number>, values: ArrayLike<number>): Int32Array {
  if (times.length !== values.length) throw new RangeError(`${times.length} times for ${values.length} values`)
  return Int32Array.from({ length: values.length }, (_, i) => i).filter(
    (i) => Number.isFinite(values[i]) && Number.isFinite(times[i]),
  )
}

function average(times: ArrayLike<number>, values: ArrayLike<number>, indices: Int32Array): [number, number] {
  let [t, v] = [0, 0]
  for (const i of indices) {
    t += (times[i] as number) / indices.length
    v += (values[i] as number) / indices.length
  }
  return [t, v]
}

interface Corner {
  own: Int32Array
  from: number
  next: [number, number]
}

function largest(times: ArrayLike<number>, values: ArrayLike<number>, { own, from, next }: Corner): number {
  const [t0, v0] = [times[from] as number, values[from] as number]
  let best = own[0] as number
  let area = -1
  for (const i of own) {
    const twice = (t0 - next[0]) * ((values[i] as number) - v0) - (t0 - (times[i] as number)) * (next[1] - v0)
    if (Math.abs(twice) <= area) continue
    area = Math.abs(twice)
    best = i
  }
  return best
}

/**
 * The least and the greatest value of each of `buckets` equal stretches of time: no peak is ever lost, whatever the zoom. Ascending
 * indices, at most two a bucket.
 */
export function extremes(times: ArrayLike<number>, values: ArrayLike<number>, buckets: number): Int32Array {
  if (!(buckets >= 1)) throw new RangeError(`buckets must be at least 1, got ${buckets}`)
  const kept = drawable(times, values)
  if (kept.length <= 2 * buckets) return kept
  const start = times[kept[0] as number] as number
  const width = ((times[kept[kept.length - 1] as number] as number) - start) / Math.floor(buckets) || 1
  const chosen: number[] = []
  let [low, high, bucket] = [-1, -1, -1]
  const flush = () => {
    if (low >= 0) chosen.push(Math.min(low, high))
    if (low >= 0 && low !== high) chosen.push(Math.max(low, high))
  }
  for (const i of kept) {
    const own = Math.min(Math.floor(buckets) - 1, Math.floor(((times[i] as number) - start) / width))
    if (own !== bucket) {
      flush()
      ;[low, high, bucket] = [i, i, own]
    }
    if ((values[i] as number) < (values[low] as number)) low = i
    if ((values[i] as number) > (values[high] as number)) high = i
  }
  flush()
  return Int32Array.from(chosen)
}
