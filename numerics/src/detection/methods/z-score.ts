import { judgeNormal, judgeNothing } from '../band.ts'
import { type Method, requireOption } from '../face.ts'
import { pushRing, ringCount, ringSize, ringValues } from '../ring.ts'

export interface WindowOptions {
  /** Points looked back on. */
  window: number
}

const WARM_UP = 10

/** Distance from the mean of the last points in their standard deviations. */
export const Z_SCORE: Method<WindowOptions> = {
  name: 'z-score',
  defaults: { window: 100 },
  check: checkWindow,
  // The ring, then sum and sum of squares around an origin; both are made anew once a round, so that rounding cannot pile up.
  size: ({ window }) => ringSize(window) + 3,
  step(memory, { window }, { input }, out) {
    const at = ringSize(window)
    const count = ringCount(memory, 0)
    const mean = (memory[at] as number) + (memory[at + 1] as number) / Math.max(1, count)
    const spread = (memory[at + 2] as number) - (memory[at + 1] as number) ** 2 / Math.max(1, count)
    if (count < WARM_UP) judgeNothing(out, count ? mean : input)
    else judgeNormal(out, input, mean, Math.sqrt(Math.max(0, spread) / (count - 1)))
    slide(memory, window, input)
  },
}

function slide(memory: Float64Array, window: number, value: number): void {
  const at = ringSize(window)
  const full = ringCount(memory, 0) === window
  const origin = memory[at] as number
  if (full) {
    const oldest = (memory[2 + (memory[1] as number)] as number) - origin
    memory[at + 1] = (memory[at + 1] as number) - oldest
    memory[at + 2] = (memory[at + 2] as number) - oldest * oldest
  }
  pushRing(memory, 0, window, value)
  memory[at + 1] = (memory[at + 1] as number) + (value - origin)
  memory[at + 2] = (memory[at + 2] as number) + (value - origin) ** 2
  if (memory[1] === 0 || ringCount(memory, 0) === WARM_UP) recount(memory, window)
}

function recount(memory: Float64Array, window: number): void {
  const at = ringSize(window)
  const values = ringValues(memory, 0, window)
  const mean = values.reduce((sum, value) => sum + value / values.length, 0)
  memory[at] = mean
  memory[at + 1] = values.reduce((sum, value) => sum + (value - mean), 0)
  memory[at + 2] = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
}

export function checkWindow({ window }: WindowOptions): void {
  requireOption(Number.isInteger(window) && window >= 10, `window must be a whole number of at least 10, got ${window}`)
}
