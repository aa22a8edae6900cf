import { createMatrix, symmetricEigen } from '../../linear-algebra/index.ts'
import { judgeNothing } from '../band.ts'
import { type Method, readVector, requireOption } from '../face.ts'
import { scoreOf } from '../surprise.ts'
import { chiSquaredSurprise } from './counts.ts'

export interface PcaOptions {
  /** Values a point. */
  sensors: number
  /** Points learned from before the first score. */
  train: number
  /** Share of the variance the usual directions explain. */
  share: number
}

const COUNT = 0
const KEPT = 1
const T2_FACTOR = 2
const Q_FACTOR = 3
const Q_DEGREES = 4
const FIRST = 5

/**
 * Several sensors together: Hotelling's T² (unusual amounts of usual movements) and Q (movements that sensors do not make together). Both by
 * chi-squared laws, made wider where the training data themselves go beyond them. The answer is in terms of the worse of the two,
 * divided by its limit of one in a thousand.
 */
export const PCA: Method<PcaOptions, ArrayLike<number>> = {
  name: 'pca',
  defaults: { sensors: 2, train: 400, share: 0.9 },
  check({ sensors, train, share }) {
    requireOption(
      Number.isInteger(sensors) && sensors >= 2,
      `sensors must be a whole number of at least 2, got ${sensors}`,
    )
    requireOption(
      Number.isInteger(train) && train >= 3 * sensors,
      `train must be at least 3 points a sensor, got ${train}`,
    )
    requireOption(share > 0 && share <= 1, `share must be in (0, 1], got ${share}`)
  },
  // Mean, deviation, eigenvalues, eigenvectors; then the training points until they have served.
  size: ({ sensors, train }) => FIRST + 3 * sensors + sensors * sensors + sensors * train,
  read: (input, { sensors }) => readVector(input, sensors),
  step(memory, options, { input }, out) {
    const n = memory[COUNT] as number
    const { sensors, train } = options
    memory[COUNT] = Math.min(n + 1, train)
    judgeNothing(out, 0)
    if (n < train) {
      for (let j = 0; j < sensors; j++) memory[rowsAt(sensors) + n * sensors + j] = input[j] as number
      if (n + 1 === train) fit(memory, options)
      return
    }
    const [t2, q] = statistics(memory, sensors, input)
    const t2Surprise = chiSquaredSurprise(t2 / (memory[T2_FACTOR] as number), memory[KEPT] as number)
    const degrees = memory[Q_DEGREES] as number
    const qSurprise = degrees > 0 ? chiSquaredSurprise(q / (memory[Q_FACTOR] as number), degrees) : 0
    const surprise = Math.max(t2Surprise, qSurprise)
    out.expected = 0
    out.lower = 0
    out.upper = 1
    out.score = scoreOf(Math.max(0, surprise - Math.log10(2)))
  },
}

const rowsAt = (sensors: number) => FIRST + 3 * sensors + sensors * sensors

function statistics(memory: Float64Array, sensors: number, row: ArrayLike<number>): [number, number] {
  const z = Float64Array.from({ length: sensors }, (_, j) => {
    return ((row[j] as number) - (memory[FIRST + j] as number)) / (memory[FIRST + sensors + j] as number)
  })
  let t2 = 0
  let q = 0
  for (let c = 0; c < sensors; c++) {
    let score = 0
    for (let j = 0; j < sensors; j++)
      score += (z[j] as number) * (memory[FIRST + 3 * sensors + c * sensors + j] as number)
    if (c < (memory[KEPT] as number)) t2 += (score * score) / (memory[FIRST + 2 * sensors + c] as number)
    else q += score * score
  }
  return [t2, q]
}

function fit(memory: Float64Array, { sensors, train, share }: PcaOptions): void {
  const rows = memory.subarray(rowsAt(sensors))
  const column = (j: number) => Float64Array.from({ length: train }, (_, i) => rows[i * sensors + j] as number)
  const correlation = createMatrix(sensors, sensors)
  const standard: Float64Array[] = []
  for (let j = 0; j < sensors; j++) {
    const values = column(j)
    const mean = values.reduce((sum, value) => sum + value / train, 0)
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2 / train, 0)) || 1
    memory[FIRST + j] = mean
    memory[FIRST + sensors + j] = deviation
    standard.push(values.map((value) => (value - mean) / deviation))
  }
  standard.forEach((a, i) => {
    standard.forEach((b, j) => {
      correlation.data[i * sensors + j] = a.reduce((sum, value, k) => sum + (value * (b[k] as number)) / train, 0)
    })
  })
  keep(memory, { sensors, share }, symmetricEigen(correlation))
  calibrate(memory, sensors, rows)
  rows.fill(0)
}

function keep(
  memory: Float64Array,
  { sensors, share }: { sensors: number; share: number },
  { values, vectors }: ReturnType<typeof symmetricEigen>,
): void {
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0)
  let kept = 0
  for (let sum = 0; kept < sensors && sum < share * total; kept++) sum += values[kept] as number
  memory[KEPT] = Math.max(1, kept)
  for (let c = 0; c < sensors; c++) {
    memory[FIRST + 2 * sensors + c] = Math.max(values[c] as number, 1e-9)
    for (let j = 0; j < sensors; j++) {
      memory[FIRST + 3 * sensors + c * sensors + j] = vectors.data[j * sensors + c] as number
    }
  }
}

/** Q is a factor times chi-squared with its mean and variance (Box 1954); both laws are stretched to the training data's own tail. */
function calibrate(memory: Float64Array, sensors: number, rows: Float64Array): void {
  const left = Array.from({ length: sensors - (memory[KEPT] as number) }, (_, i) => {
    return memory[FIRST + 2 * sensors + (memory[KEPT] as number) + i] as number
  })
  const sum = left.reduce((total, value) => total + value, 0)
  const squares = left.reduce((total, value) => total + value * value, 0)
  memory[T2_FACTOR] = 1
  memory[Q_FACTOR] = sum > 0 ? squares / sum : 1
  memory[Q_DEGREES] = squares > 0 ? (sum * sum) / squares : 0
  const both = Array.from({ length: rows.length / sensors }, (_, i) => {
    return statistics(memory, sensors, rows.subarray(i * sensors, (i + 1) * sensors))
  })
  for (const [index, factor, degrees] of [
    [0, T2_FACTOR, memory[KEPT] as number],
    [1, Q_FACTOR, memory[Q_DEGREES] as number],
  ] as const) {
    if (!(degrees > 0)) continue
    const tail = Float64Array.from(both, (pair) => pair[index]).sort()[Math.floor(0.99 * both.length)] as number
    const law = (memory[factor] as number) * chiSquaredAt99(degrees)
    if (tail > law) memory[factor] = ((memory[factor] as number) * tail) / law
  }
}

/** The value chi-squared exceeds once in a hundred (Wilson and Hilferty 1931). */
function chiSquaredAt99(degrees: number): number {
  const k = 2 / (9 * degrees)
  return degrees * (1 - k + 2.3263 * Math.sqrt(k)) ** 3
}
