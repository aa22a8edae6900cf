import type { LeafTable, Measure } from '../localise/index.ts'
import { splitParts } from './mix.ts'
import { partsOf } from './parts.ts'

export interface WaterfallBar {
  label: string
  change: number
  /** Where the bar starts and ends: each starts where the one before it ended. */
  from: number
  to: number
  /** Values of the dimension it stands for: more than one for the rest. */
  values: number
}

export interface Waterfall {
  start: number
  end: number
  bars: WaterfallBar[]
}

/**
 * From the expected whole to the real one, a bar for each value of a dimension, largest change first, the small ones as
 * one rest. The bars meet exactly: the first starts at `start`, the last ends at `end` to the last bit.
 */
export function waterfall(
  table: LeafTable,
  measure: Measure,
  dimension: string,
  { most = 10, rest = 'other' }: { most?: number; rest?: string } = {},
): Waterfall | undefined {
  const whole = changesOf(table, measure, dimension)
  if (!whole) return undefined
  const changes = whole.changes.filter(({ change }) => change !== 0)
  changes.sort((a, b) => Math.abs(b.change) - Math.abs(a.change))
  const named = changes.length > most ? changes.slice(0, Math.max(0, most - 1)) : changes
  const others = changes.slice(named.length)
  const bars: WaterfallBar[] = []
  let level = whole.start
  const add = (label: string, change: number, values: number) => {
    const to = level + change
    bars.push({ label, change, from: level, to, values })
    level = to
  }
  for (const { value, change } of named) add(value, change, 1)
  if (others.length > 0)
    add(
      rest,
      others.reduce((sum, { change }) => sum + change, 0),
      others.length,
    )
  const last = bars.at(-1)
  if (last) {
    // Rounding of the sums, some units in the last place, goes to the bar that is drawn last.
    last.to = whole.end
    last.change = whole.end - last.from
  }
  return { start: whole.start, end: whole.end, bars }
}

function changesOf(table: LeafTable, measure: Measure, dimension: string) {
  const parts = partsOf(table, measure, dimension)
  if (measure.kind === 'sum') {
    const changes = parts.map(({ value, now, before }) => ({ value, change: now - before }))
    const sum = (pick: 'now' | 'before') => parts.reduce((total, part) => total + part[pick], 0)
    return { start: sum('before'), end: sum('now'), changes }
  }
  const split = splitParts(parts)
  if (!split) return undefined
  const changes = split.parts.map(({ value, rate, mix }) => ({ value, change: rate + mix }))
  return { start: split.before, end: split.after, changes }
}
