import { createMatrix, type Matrix, multiplyVector, ridge } from '../../linear-algebra/index.ts'

export interface EffectQuestion {
  /** What should have been changed by the action. */
  outcome: Float64Array
  /** Series that the action could not touch but that share the outcome's weather: other sites, other products. */
  controls?: readonly Float64Array[]
  /** First step after the action. */
  start: number
  /** One past the last step to judge; by default the end. */
  end?: number
  /** Steps of one season, to let each phase have its own level. */
  season?: number
}

/** Columns: 1, each control standardised, each phase of the season but the first. */
export function designOf({ outcome, controls = [], start, season = 0 }: EffectQuestion): Matrix {
  const phases = season >= 2 ? season - 1 : 0
  const width = 1 + controls.length + phases
  const design = createMatrix(outcome.length, width)
  for (let t = 0; t < outcome.length; t++) {
    design.data[t * width] = 1
    const phase = season >= 2 ? t % season : 0
    if (phase > 0) design.data[t * width + controls.length + phase] = 1
  }
  controls.forEach((values, j) => {
    const { mean, deviation } = momentsBefore(values, start)
    for (let t = 0; t < outcome.length; t++) {
      // A gap in a control is read as its usual level.
      const value = values[t] as number
      const usable = Math.abs(value) < 1e150 && deviation > 0
      design.data[t * width + 1 + j] = usable ? (value - mean) / deviation : 0
    }
  })
  return design
}

function momentsBefore(values: Float64Array, start: number): { mean: number; deviation: number } {
  const seen = values.subarray(0, start).filter((value) => Math.abs(value) < 1e150)
  const largest = seen.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1
  const mean = seen.reduce((sum, value) => sum + value / largest, 0) / (seen.length || 1)
  const square = seen.reduce((sum, value) => sum + (value / largest - mean) ** 2, 0) / (seen.length || 1)
  return { mean: mean * largest, deviation: square > 1e-24 ? Math.sqrt(square) * largest : 0 }
}

/** What the outcome would have been, by a ridge regression learnt on the steps before `until`. */
export function foretell(outcome: Float64Array, design: Matrix, until: number, penalty: number): Float64Array {
  const width = design.columns
  const rows: number[] = []
  for (let t = 0; t < until; t++) if (Math.abs(outcome[t] as number) < 1e150) rows.push(t)
  const some = createMatrix(rows.length, width)
  rows.forEach((t, i) => {
    some.data.set(design.data.subarray(t * width, (t + 1) * width), i * width)
  })
  const wanted = Float64Array.from(rows, (t) => outcome[t] as number)
  // The level itself is not shrunk.
  const penalties = Float64Array.from({ length: width }, (_, j) => (j === 0 ? 1e-9 : penalty * rows.length))
  return multiplyVector(design, ridge(some, wanted, penalties))
}

/** Mean of outcome − foretold over the steps that are known; undefined when none is. */
export function meanGap(outcome: Float64Array, foretold: Float64Array, from: number, to: number): number | undefined {
  let [sum, count] = [0, 0]
  for (let t = from; t < to; t++) {
    const value = outcome[t] as number
    if (!(Math.abs(value) < 1e150)) continue
    sum += value - (foretold[t] as number)
    count++
  }
  return count > 0 ? sum / count : undefined
}
