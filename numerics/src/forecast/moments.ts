/** Mean and standard deviation; a deviation that is mere rounding of the mean counts as 0. */
export function moments(values: Float64Array): { mean: number; deviation: number } {
  let mean = 0
  for (const value of values) mean += value / values.length
  let variance = 0
  for (const value of values) variance += (value - mean) ** 2 / values.length
  const deviation = Math.sqrt(variance)
  return { mean, deviation: deviation > 1e-12 * Math.abs(mean) ? deviation : 0 }
}
