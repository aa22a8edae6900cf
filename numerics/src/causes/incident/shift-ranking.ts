import { quantileSorted } from '../../statistics/index.ts'

/** How far one series left its usual range. */
export interface Shift {
  series: number
  /** Largest distance from the median before, in interquartile ranges before; what the ranking goes by. */
  score: number
  /** The same distance of the median after: large when the shift lasts. */
  lasting: number
  direction: 'up' | 'down'
  /** First step from which at least two in a row were beyond 3; undefined if none was. */
  onset: number | undefined
  before: number
  after: number
}

/** A range of 0 (a flat series) is taken as this part of the level, so that any true move of it stands out. */
const FLAT = 1e-3
const UNUSUAL = 3
const MOST = 1e6

/**
 * Ranks series by how far they left their range when an incident began at step `start`, in the manner of BARO: median and
 * interquartile range before, largest robust deviation after. It needs no graph; a late or early `start` costs little,
 * since medians bear a few strange steps.
 */
export function rankShifts(series: readonly Float64Array[], start: number): Shift[] {
  if (!Number.isInteger(start) || start < 1) throw new RangeError(`start must be a whole number from 1, got ${start}`)
  const shifts = series.flatMap((values, index) => {
    const shift = shiftOf(values, start)
    return shift ? [{ series: index, ...shift }] : []
  })
  return shifts.sort((a, b) => b.score - a.score || b.lasting - a.lasting)
}

function shiftOf(values: Float64Array, start: number): Omit<Shift, 'series'> | undefined {
  const usual = known(values.subarray(0, start))
  const later = known(values.subarray(start))
  if (usual.length === 0 || later.length === 0) return undefined
  const quantile = (values: Float64Array, part: number) => quantileSorted(values, part) as number
  const before = quantile(usual, 0.5)
  const range = Math.max(quantile(usual, 0.75) - quantile(usual, 0.25), FLAT * Math.abs(before), 1e-300)
  const far = (value: number) => Math.max(-MOST, Math.min(MOST, (value - before) / range))
  const lowest = far(later[0] as number)
  const highest = far(later.at(-1) as number)
  const after = quantile(later, 0.5)
  return {
    score: Math.max(Math.abs(lowest), Math.abs(highest)),
    lasting: Math.abs(far(after)),
    direction: highest >= -lowest ? 'up' : 'down',
    onset: onsetOf(values, start, (value) => Math.abs(far(value)) > UNUSUAL),
    before,
    after,
  }
}

function onsetOf(values: Float64Array, start: number, unusual: (value: number) => boolean): number | undefined {
  let since: number | undefined
  for (let t = start; t < values.length; t++) {
    const value = values[t] as number
    if (Number.isNaN(value)) continue
    if (!unusual(value)) since = undefined
    else if (since !== undefined) return since
    else since = t
  }
  return since === values.length - 1 ? since : undefined
}

function known(values: Float64Array): Float64Array {
  return values.filter((value) => Math.abs(value) < 1e150).sort()
}
