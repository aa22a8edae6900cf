import { median } from '../statistics/index.ts'
import { jointly, lineAndVariance } from './costs.ts'
import { pelt } from './pelt.ts'

export interface ChangePointOptions {
  /** What a change must earn, as a multiple of the default: above 1 finds fewer. */
  caution?: number
  /** Fewest values between two changes. */
  minimum?: number
}

/** The usual variance is at least this share of the whole: a curve without noise is not made of many small lines. */
const VARIANCE_FLOOR = 1e-3
const MINIMUM = 3
/** Penalties of the first look, which only measures how the errors hang together: it must not mistake that for changes. */
const FIRST_LOOK = 4
const LARGEST_AUTOCORRELATION = 0.9

/**
 * Where a series changed its course: each stretch is a straight line with noise of its own, and a further stretch must earn
 * its three parameters (line and position) by the Bayesian information criterion. Errors that hang together say less than
 * their number, so the penalty is multiplied by (1 + ρ) / (1 − ρ); without that, every slow wave is a change.
 * Answers the first index of each new stretch. Values that are not finite are bridged by the last one.
 */
export function changePoints(
  series: Float64Array | readonly Float64Array[],
  options: ChangePointOptions = {},
): number[] {
  const { caution = 1, minimum = MINIMUM } = options
  if (!(caution > 0)) throw new RangeError(`caution must be above 0, got ${caution}`)
  if (!(minimum >= 2)) throw new RangeError(`minimum must be at least 2, got ${minimum}`)
  const several = series instanceof Float64Array ? [series] : series
  const n = several[0]?.length ?? 0
  if (several.some((one) => one.length !== n)) throw new RangeError('series that change together must be equally long')
  const prepared = several.map(standardise).filter((one) => one !== undefined)
  if (prepared.length === 0 || n < 2 * minimum) return []
  const model = jointly(prepared.map((one) => lineAndVariance(one, usualVariance(one))))
  const look = (strength: number) =>
    pelt(n, model.cost, { penalty: strength * model.parameters * Math.log(n), minimum: Math.floor(minimum) })
  const first = look(FIRST_LOOK)
  const inflation = Math.max(...prepared.map((one) => inflationOf(one, first)))
  return look(caution * inflation)
}

/** Bridged, freed of single spikes, centred and scaled; undefined for a series that says nothing. */
function standardise(values: Float64Array): Float64Array | undefined {
  const bridged = bridge(values)
  if (!bridged) return undefined
  const calm = withoutSpikes(bridged)
  const mean = calm.reduce((sum, value) => sum + value / calm.length, 0)
  const deviation = Math.sqrt(calm.reduce((sum, value) => sum + (value - mean) ** 2 / calm.length, 0))
  return deviation > 0 && Number.isFinite(deviation) ? calm.map((value) => (value - mean) / deviation) : undefined
}

/** Gaps repeat the last value (the first one backwards); scaled so that squares of 1e300 stay finite. */
function bridge(values: Float64Array): Float64Array | undefined {
  let last = values.find(Number.isFinite)
  if (last === undefined) return undefined
  const largest = values.reduce((max, value) => (Number.isFinite(value) ? Math.max(max, Math.abs(value)) : max), 0)
  if (largest === 0) return undefined
  return values.map((value) => {
    if (Number.isFinite(value)) last = value
    return (last as number) / largest
  })
}

/** A value far from the median of its five neighbours, on the scale of all such distances, is replaced by that median. */
function withoutSpikes(values: Float64Array): Float64Array {
  const medians = values.map((value, i) => {
    if (i < 2 || i >= values.length - 2) return value
    return values.slice(i - 2, i + 3).sort()[2] as number
  })
  const distances = values.map((value, i) => Math.abs(value - (medians[i] as number)))
  const usual = Float64Array.from(distances).sort()[Math.floor(0.9 * distances.length)] as number
  return values.map((value, i) => ((distances[i] as number) > 3 * usual ? (medians[i] as number) : value))
}

/** Noise from point to point, by the median of second differences: neither level, slope nor a change here and there moves it. */
function usualVariance(values: Float64Array): number {
  const bends = new Float64Array(Math.max(0, values.length - 2))
  for (let i = 0; i < bends.length; i++) {
    bends[i] = Math.abs((values[i] as number) - 2 * (values[i + 1] as number) + (values[i + 2] as number))
  }
  const deviation = (1.4826 * (median(bends) ?? 0)) / Math.sqrt(6)
  return Math.max(VARIANCE_FLOOR, deviation * deviation)
}

function inflationOf(values: Float64Array, changes: readonly number[]): number {
  const errors = lineErrors(values, changes)
  let product = 0
  let square = 0
  for (let i = 0; i < errors.length; i++) {
    square += (errors[i] as number) ** 2
    if (i > 0) product += (errors[i] as number) * (errors[i - 1] as number)
  }
  const rho = square > 0 ? Math.min(Math.max(product / square, 0), LARGEST_AUTOCORRELATION) : 0
  return (1 + rho) / (1 - rho)
}

function lineErrors(values: Float64Array, changes: readonly number[]): Float64Array {
  const errors = new Float64Array(values.length)
  const bounds = [0, ...changes, values.length]
  for (let b = 0; b + 1 < bounds.length; b++) {
    const from = bounds[b] as number
    const segment = values.subarray(from, bounds[b + 1] as number)
    const middle = (segment.length - 1) / 2
    const mean = segment.reduce((sum, value) => sum + value, 0) / segment.length
    let xy = 0
    let xx = 0
    segment.forEach((value, i) => {
      xy += (i - middle) * (value - mean)
      xx += (i - middle) ** 2
    })
    const slope = xx > 0 ? xy / xx : 0
    segment.forEach((value, i) => {
      errors[from + i] = value - mean - slope * (i - middle)
    })
  }
  return errors
}
