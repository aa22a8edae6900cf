/** Share of the variance that a component explains beside the remainder, 0..1: Wang, Smith and Hyndman (2006). */
export function componentStrength(component: Float64Array, remainder: Float64Array): number {
  const both = variance(component.map((value, i) => value + (remainder[i] as number)))
  if (!(both > 0)) return 0
  return Math.min(1, Math.max(0, 1 - variance(remainder) / both))
}

function variance(values: Float64Array): number {
  if (values.length === 0) return 0
  let mean = 0
  for (const value of values) mean += value / values.length
  let sum = 0
  for (const value of values) sum += (value - mean) ** 2 / values.length
  return sum
}
