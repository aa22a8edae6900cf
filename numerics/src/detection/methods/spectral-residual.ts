import { transform } from '../../statistics/index.ts'
import { judgeNothing } from '../band.ts'
import { type Method, requireOption } from '../face.ts'
import { pushRing, ringBack, ringCount, ringSize, ringValues } from '../ring.ts'
import { TAIL_SIZE, tailSurprise } from '../rising-tail.ts'
import { scoreOf } from '../surprise.ts'

export interface SpectralResidualOptions {
  /** Values looked back on; a power of two. */
  window: number
}

const RING = 0
/** Points guessed ahead, so that the newest is not at the edge of the spectrum. */
const AHEAD = 5
/** Share of the largest amplitude below which a frequency is empty. */
const FLOOR = 1e-3
/** Points before the newest that its saliency is compared with. */
const BACKGROUND = 21

/** Spectral residual (Ren et al. 2019): what stands out once the smooth part of the log spectrum is taken away. */
export const SPECTRAL_RESIDUAL: Method<SpectralResidualOptions> = {
  name: 'spectral-residual',
  defaults: { window: 128 },
  check({ window }) {
    requireOption(
      window >= 32 && Number.isInteger(Math.log2(window)),
      `window must be a power of two ≥ 32, got ${window}`,
    )
  },
  size: ({ window }) => ringSize(window - AHEAD) + TAIL_SIZE,
  step(memory, { window }, { input }, out) {
    const capacity = window - AHEAD
    pushRing(memory, RING, capacity, input)
    const count = ringCount(memory, RING)
    judgeNothing(out, count > 1 ? ringBack(memory, RING, capacity, 1) : input)
    if (count < capacity) return
    const map = saliency(extend(ringValues(memory, RING, capacity), window))
    const now = map[capacity - 1] as number
    let background = 0
    for (let back = 1; back <= BACKGROUND; back++) background += (map[capacity - 1 - back] as number) / BACKGROUND
    const excess = background > 0 ? (now - background) / background : 0
    out.score = scoreOf(Math.max(0, tailSurprise(memory, ringSize(capacity), excess, 0.1)))
  },
}

/** The next values, guessed by the mean slope of the points before the newest: with it, its own spike would be drawn out. */
function extend(values: Float64Array, length: number): Float64Array {
  const n = values.length
  const last = values[n - 2] as number
  let slope = 0
  for (let back = 1; back <= AHEAD; back++) slope += (last - (values[n - 2 - back] as number)) / back / AHEAD
  const extended = new Float64Array(length)
  extended.set(values)
  extended.fill((values[n - 1 - AHEAD] as number) + slope * AHEAD, n)
  return extended
}

function saliency(values: Float64Array): Float64Array {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value / n, 0)
  const re = values.map((value) => value - mean)
  const im = new Float64Array(n)
  transform(re, im)
  const amplitude = re.map((value, f) => Math.hypot(value, im[f] as number))
  // Empty frequencies between those of a clean wave would have a logarithm of −∞ and drown the rest.
  const floor = FLOOR * amplitude.reduce((a, b) => Math.max(a, b), 0)
  if (!(floor > 0)) return re.fill(0)
  const log = amplitude.map((value) => Math.log(value + floor))
  for (let f = 0; f < n; f++) {
    const smooth = ((log[(f + n - 1) % n] as number) + (log[f] as number) + (log[(f + 1) % n] as number)) / 3
    const factor = Math.exp((log[f] as number) - smooth) / ((amplitude[f] as number) + floor)
    re[f] = (re[f] as number) * factor
    im[f] = (im[f] as number) * factor
  }
  transform(re, im, true)
  return re.map((value, i) => Math.hypot(value, im[i] as number) / n)
}
