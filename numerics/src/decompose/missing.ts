/**
 * Fills gaps (non-finite values) on the line between their neighbours; with a period the line joins values of the same
 * phase first, so that a missing night is filled from other nights. A series without any finite value stays as it is.
 */
export function fillMissing(values: Float64Array, period = 1): Float64Array {
  if (values.every(Number.isFinite)) return values
  const filled = values.slice()
  if (period > 1 && values.length >= 2 * period)
    for (let phase = 0; phase < period; phase++) bridge(filled, phase, period, false)
  bridge(filled, 0, 1, true)
  return filled
}

function bridge(values: Float64Array, start: number, step: number, ends: boolean): void {
  let before = -1
  for (let i = start; i < values.length; i += step) {
    if (!Number.isFinite(values[i])) continue
    if (before >= 0)
      for (let j = before + step; j < i; j += step) {
        const share = (j - before) / (i - before)
        values[j] = (1 - share) * (values[before] as number) + share * (values[i] as number)
      }
    else if (ends) for (let j = start; j < i; j += step) values[j] = values[i] as number
    before = i
  }
  if (before >= 0 && ends)
    for (let j = before + step; j < values.length; j += step) values[j] = values[before] as number
}
