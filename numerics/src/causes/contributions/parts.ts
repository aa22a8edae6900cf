import type { LeafTable, Measure, RatioMeasure } from '../localise/index.ts'

/** Sums over the leaves of each value of one dimension. */
export interface Part {
  value: string
  now: number
  before: number
  /** Of ratios: what `now` and `before` are divided by. */
  nowOf: number
  beforeOf: number
}

/** A missing or infinite number counts as nothing. */
const known = (value: number | undefined) => (value !== undefined && Math.abs(value) < 1e150 ? value : 0)

export function partsOf(table: LeafTable, measure: Measure, dimension: string): Part[] {
  const column = table.dimensions.find(({ name }) => name === dimension)
  if (!column) {
    const names = table.dimensions.map(({ name }) => name).join(', ')
    throw new RangeError(`there is no dimension "${dimension}"; there are ${names}`)
  }
  const parts = column.values.map((value): Part => ({ value, now: 0, before: 0, nowOf: 0, beforeOf: 0 }))
  const columns = columnsOf(measure)
  for (let i = 0; i < table.size; i++) {
    const part = parts[column.codes[i] as number]
    if (!part) continue
    part.now += known(columns.now[i])
    part.before += known(columns.before[i])
    part.nowOf += known(columns.nowOf?.[i])
    part.beforeOf += known(columns.beforeOf?.[i])
  }
  return parts
}

function columnsOf(measure: Measure) {
  if (measure.kind === 'sum') return { now: measure.real, before: measure.expected }
  const { numerator, denominator, expectedNumerator, expectedDenominator }: RatioMeasure = measure
  return { now: numerator, before: expectedNumerator, nowOf: denominator, beforeOf: expectedDenominator }
}
