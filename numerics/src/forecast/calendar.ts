const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const YEAR = 365.25 * DAY

/** Seasons that people make: the day, the week and, for coarser steps, the year. */
export function naturalPeriods(stepSeconds: number): number[] {
  if (!(stepSeconds > 0)) return []
  const cycles = stepSeconds < DAY ? [DAY, 7 * DAY] : [7 * DAY, YEAR]
  return cycles
    .map((cycle) => cycle / stepSeconds)
    .filter((period) => period >= 2)
    .map(Math.round)
}

/**
 * Sine and cosine of `order` harmonics of a period, for places `from` … `from + count − 1`: columns for the regression.
 * Harmonics beyond half the period would repeat lower ones and are left out.
 */
export function fourierTerms(
  period: number,
  order: number,
  { from, count }: { from: number; count: number },
): Float64Array[] {
  const columns: Float64Array[] = []
  for (let k = 1; k <= Math.min(order, period / 2); k++) {
    const angle = (2 * Math.PI * k) / period
    columns.push(Float64Array.from({ length: count }, (_, i) => Math.cos(angle * (from + i))))
    if (2 * k < period) columns.push(Float64Array.from({ length: count }, (_, i) => Math.sin(angle * (from + i))))
  }
  return columns
}

export type CalendarEffect = 'dayOfWeek' | 'monthOfYear' | 'monthEnd'

/**
 * Columns of 0 and 1 for times in milliseconds since 1970, already moved to the zone of the business. The first day and
 * month are left out: the constant stands for them.
 */
export function calendarTerms(times: Float64Array, effects: readonly CalendarEffect[]): Float64Array[] {
  return effects.flatMap((effect) => {
    const when = times.map((time) => phaseOf(effect, new Date(time)))
    const phases = effect === 'dayOfWeek' ? 7 : effect === 'monthOfYear' ? 12 : 2
    return Array.from({ length: phases - 1 }, (_, k) => when.map((phase) => (phase === k + 1 ? 1 : 0)))
  })
}

function phaseOf(effect: CalendarEffect, date: Date): number {
  if (effect === 'dayOfWeek') return date.getUTCDay()
  if (effect === 'monthOfYear') return date.getUTCMonth()
  return new Date(date.getTime() + DAY * 1000).getUTCDate() === 1 ? 1 : 0
}
