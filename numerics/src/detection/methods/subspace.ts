import { createMatrix, symmetricEigen } from '../../linear-algebra/index.ts'
import { judgeNothing } from '../band.ts'
import { type Method, requireOption } from '../face.ts'
import { pushRing, ringBack, ringCount, ringSize, ringValues } from '../ring.ts'
import { TAIL_SIZE, tailSurprise } from '../rising-tail.ts'
import { scoreOf } from '../surprise.ts'

export interface SubspaceOptions {
  /** Values of a stretch; about a season if there is one. */
  length: number
  /** Shapes that ordinary stretches are made of. */
  components: number
  /** Values looked back on. */
  window: number
}

const COUNT = 0
const RING = 1

const tailAt = ({ window }: SubspaceOptions) => RING + ringSize(window)
const basisAt = (options: SubspaceOptions) => tailAt(options) + TAIL_SIZE

/** Windowed PCA (Sub-PCA): how much of the last stretch, brought to mean 0 and length 1, is not made of the usual shapes. */
export const SUBSPACE: Method<SubspaceOptions> = {
  name: 'subspace',
  defaults: { length: 16, components: 3, window: 256 },
  check({ length, components, window }) {
    requireOption(Number.isInteger(length) && length >= 4 && length <= 200, `length must be 4…200, got ${length}`)
    requireOption(
      Number.isInteger(components) && components >= 1 && components < length,
      `components must be 1…length − 1, got ${components}`,
    )
    requireOption(Number.isInteger(window) && window >= 3 * length, `window must be at least 3 lengths, got ${window}`)
  },
  size: (options) => basisAt(options) + options.components * options.length + 1,
  step(memory, options, { input }, out) {
    const { length, window } = options
    const n = memory[COUNT] as number
    memory[COUNT] = n + 1
    pushRing(memory, RING, window, input)
    const count = ringCount(memory, RING)
    judgeNothing(out, ringBack(memory, RING, window, Math.min(count - 1, 1)))
    const fitted = memory[memory.length - 1] === 1
    if (fitted)
      out.score = scoreOf(Math.max(0, tailSurprise(memory, tailAt(options), strangeness(memory, options), 0.005)))
    if (count >= 3 * length && n % length === 0) fit(memory, options)
  },
}

/** The last stretch at mean 0 and length 1; undefined for a flat one. */
function shapeOf(values: ArrayLike<number>, from: number, length: number): Float64Array | undefined {
  const shape = new Float64Array(length)
  let mean = 0
  for (let i = 0; i < length; i++) mean += (values[from + i] as number) / length
  let square = 0
  for (let i = 0; i < length; i++) {
    shape[i] = (values[from + i] as number) - mean
    square += (shape[i] as number) ** 2
  }
  return square > 1e-18 * mean * mean * length ? shape.map((value) => value / Math.sqrt(square)) : undefined
}

/** Share of the last stretch's shape that the usual shapes do not explain: 0…1. */
function strangeness(memory: Float64Array, options: SubspaceOptions): number {
  const { length, components, window } = options
  const last = Float64Array.from({ length }, (_, i) => ringBack(memory, RING, window, length - 1 - i))
  const shape = shapeOf(last, 0, length)
  if (!shape) return 0
  let explained = 0
  for (let c = 0; c < components; c++) {
    let product = 0
    for (let i = 0; i < length; i++)
      product += (shape[i] as number) * (memory[basisAt(options) + c * length + i] as number)
    explained += product * product
  }
  return Math.max(0, 1 - explained)
}

function fit(memory: Float64Array, options: SubspaceOptions): void {
  const { length, components, window } = options
  const values = ringValues(memory, RING, window)
  const scatter = createMatrix(length, length)
  for (let from = 0; from + length <= values.length; from++) {
    const shape = shapeOf(values, from, length)
    if (!shape) continue
    for (let i = 0; i < length; i++) {
      for (let j = 0; j < length; j++) {
        scatter.data[i * length + j] =
          (scatter.data[i * length + j] as number) + (shape[i] as number) * (shape[j] as number)
      }
    }
  }
  const { vectors } = symmetricEigen(scatter)
  for (let c = 0; c < components; c++) {
    for (let i = 0; i < length; i++) memory[basisAt(options) + c * length + i] = vectors.data[i * length + c] as number
  }
  memory[memory.length - 1] = 1
}
