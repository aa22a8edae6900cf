import { createRandom } from '../../random/index.ts'
import { judgeNothing } from '../band.ts'
import { type Method, requireOption } from '../face.ts'
import { pushRing, ringBack, ringCount, ringSize } from '../ring.ts'
import { TAIL_SIZE, tailSurprise } from '../rising-tail.ts'
import { scoreOf } from '../surprise.ts'

export interface OneClassSvmOptions {
  /** Consecutive values that make one point. */
  lags: number
  /** Random Fourier features that stand for the Gaussian kernel. */
  features: number
  /** Share of ordinary points left outside. */
  nu: number
  /** Width of the kernel in standard deviations of the series. */
  width: number
  seed: number
}

const COUNT = 0
const MEAN = 1
const VARIANCE = 2
const OFFSET = 3
const RING = 4
const STEP = 0.02
const WARM_UP = 50
/** Margins are of the order of 1; differences of a hundredth are the learning itself. */
const NARROWEST = 0.02

const weightsAt = ({ lags }: OneClassSvmOptions) => RING + ringSize(lags) + TAIL_SIZE

/**
 * One-class support vector machine (Schölkopf et al. 2001) in the primal: the Gaussian kernel by random Fourier features (Rahimi and
 * Recht 2007), learned by stochastic gradient. Graded: what is ranked is the distance to the boundary, not its sign.
 */
export const ONE_CLASS_SVM: Method<OneClassSvmOptions> = {
  name: 'one-class-svm',
  defaults: { lags: 3, features: 128, nu: 0.05, width: 2, seed: 1 },
  check({ lags, features, nu, width }) {
    requireOption(Number.isInteger(lags) && lags >= 1, `lags must be a whole number of at least 1, got ${lags}`)
    requireOption(
      Number.isInteger(features) && features >= 4,
      `features must be a whole number of at least 4, got ${features}`,
    )
    requireOption(nu > 0 && nu < 1, `nu must be between 0 and 1, got ${nu}`)
    requireOption(width > 0, `width must be above 0, got ${width}`)
  },
  // Weights, then for each feature its phase and its frequencies.
  size: (options) => weightsAt(options) + options.features * (2 + options.lags),
  begin(memory, options) {
    const random = createRandom(options.seed)
    const at = weightsAt(options) + options.features
    for (let f = 0; f < options.features; f++) {
      const one = at + f * (1 + options.lags)
      memory[one] = 2 * Math.PI * random.next()
      for (let lag = 0; lag < options.lags; lag++) memory[one + 1 + lag] = random.normal() / options.width
    }
  },
  step(memory, options, { input }, out) {
    const n = memory[COUNT] as number
    memory[COUNT] = n + 1
    pushRing(memory, RING, options.lags, input)
    learnScale(memory, n, input)
    judgeNothing(out, memory[MEAN] as number)
    if (ringCount(memory, RING) < options.lags || n < options.lags + 10) return
    const map = featuresOf(memory, options)
    const at = weightsAt(options)
    let inner = 0
    for (let f = 0; f < options.features; f++) inner += (memory[at + f] as number) * (map[f] as number)
    const margin = (memory[OFFSET] as number) - inner
    const surprise = n < WARM_UP ? 0 : tailSurprise(memory, RING + ringSize(options.lags), margin, NARROWEST)
    out.score = scoreOf(Math.max(0, surprise))
    descend(memory, options, { map, outside: margin > 0 })
  },
}

function learnScale(memory: Float64Array, n: number, value: number): void {
  const gain = Math.max(0.001, 1 / (n + 1))
  const mean = n ? (memory[MEAN] as number) : value
  const deviation = Math.sqrt(memory[VARIANCE] as number)
  const bound = n < WARM_UP ? Math.abs(value - mean) : 4 * deviation
  const error = Math.min(Math.max(value - mean, -bound), bound)
  memory[MEAN] = mean + gain * error
  memory[VARIANCE] = (memory[VARIANCE] as number) + gain * (error * error - (memory[VARIANCE] as number))
}

function featuresOf(memory: Float64Array, options: OneClassSvmOptions): Float64Array {
  const { lags, features } = options
  const mean = memory[MEAN] as number
  const deviation = Math.sqrt(memory[VARIANCE] as number) || 1
  const scale = Math.sqrt(2 / features)
  const map = new Float64Array(features)
  for (let f = 0; f < features; f++) {
    const at = weightsAt(options) + features + f * (1 + lags)
    let phase = memory[at] as number
    for (let lag = 0; lag < lags; lag++) {
      // Beyond 20 deviations a cosine only turns; the edge is far enough.
      const z = (ringBack(memory, RING, lags, lag) - mean) / deviation
      phase += (memory[at + 1 + lag] as number) * Math.min(Math.max(z, -20), 20)
    }
    map[f] = scale * Math.cos(phase)
  }
  return map
}

/** One step down ½|w|² − ρ + max(0, ρ − w·φ) / ν. */
function descend(
  memory: Float64Array,
  options: OneClassSvmOptions,
  { map, outside }: { map: Float64Array; outside: boolean },
): void {
  const at = weightsAt(options)
  const step = Math.max(STEP / 4, 1 / ((memory[COUNT] as number) + 10))
  const pull = outside ? step / options.nu : 0
  for (let f = 0; f < options.features; f++) {
    memory[at + f] = (1 - step) * (memory[at + f] as number) + pull * (map[f] as number)
  }
  memory[OFFSET] = (memory[OFFSET] as number) + step * (1 - (outside ? 1 / options.nu : 0))
}
