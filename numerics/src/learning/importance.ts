import { createRandom } from '../random/index.ts'
import { type Columns, rowsOf } from './binning.ts'

/**
 * How much a score falls when one feature is shuffled, the mean over `repeats`: works for any model and, on data it was
 * not trained on, is not fooled by features with many values as impurity is.
 */
export function permutationImportance(
  columns: Columns,
  score: (columns: Columns) => number,
  { repeats = 5, seed = 1 }: { repeats?: number; seed?: number } = {},
): Float64Array {
  rowsOf(columns)
  const random = createRandom(seed)
  const whole = score(columns)
  return Float64Array.from(columns, (column, j) => {
    let lost = 0
    for (let k = 0; k < repeats; k++) {
      const shuffled = random.shuffle(column.slice())
      lost += whole - score(columns.map((other, i) => (i === j ? shuffled : other)))
    }
    return lost / repeats
  })
}
