import { createAdam } from '../optimise/index.ts'
import { createRandom, type Random } from '../random/index.ts'
import { type Budget, unlimited } from './budget.ts'
import {
  createLstm,
  createTrace,
  type LstmNet,
  type LstmShape,
  lstmBackward,
  lstmForward,
  weightCount,
} from './lstm-net.ts'
import type { Fitted, Method, Series } from './model.ts'
import { moments } from './moments.ts'

export interface LstmOptions {
  readonly seed: number
  /** Steps forecast at once; longer horizons feed forecasts back. */
  readonly outputs: number
  readonly hidden?: number
  readonly epochs?: number
}

/**
 * A small recurrent net trained on this series alone. It learns what to add to the seasonal naive forecast, so that an
 * untrained or useless net is no worse than that. Seeded: the same call gives the same forecast to the bit.
 */
export const lstmOf = (options: LstmOptions): Method => ({
  name: 'LSTM',
  fit: (series, budget = unlimited) => fit(series, options, budget),
})

/** Windows without improvement on the held-back ones after which training stops, in epochs. */
const PATIENCE = 5
const BATCH = 32

interface Scheme {
  readonly shape: LstmShape
  readonly periods: readonly number[]
  /** Season repeated by the naive forecast that the net corrects. */
  readonly lag: number
  readonly mean: number
  readonly deviation: number
}

function fit({ values, periods }: Series, options: LstmOptions, budget: Budget): Fitted | undefined {
  const n = values.length
  const usable = periods.map(Math.round).filter((period) => n >= 4 * period)
  const lag = usable[0] ?? 1
  const steps = Math.max(8, Math.min(48, 2 * (usable[0] ?? 6)))
  const shape = { inputs: 1 + 2 * usable.length, hidden: options.hidden ?? 8, outputs: options.outputs, steps }
  const windows = n - Math.max(steps, lag) - options.outputs + 1
  if (windows < 2 * BATCH) return undefined
  const { mean, deviation } = moments(values)
  if (!(deviation > 0)) return undefined
  const scheme: Scheme = { shape, periods: usable, lag, mean, deviation }
  const random = createRandom(options.seed)
  const net = train(createLstm(shape, random), sampled(values, scheme), {
    random,
    epochs: options.epochs ?? 40,
    budget,
  })
  return lstmModel(values, scheme, net)
}

interface Sample {
  readonly input: Float64Array
  /** What the naive forecast missed, per step ahead. */
  readonly target: Float64Array
}

function sampled(values: Float64Array, scheme: Scheme): Sample[] {
  const { shape, lag, deviation } = scheme
  const samples: Sample[] = []
  for (let at = Math.max(shape.steps, lag); at + shape.outputs <= values.length; at++) {
    const target = new Float64Array(shape.outputs)
    for (let h = 0; h < shape.outputs; h++)
      target[h] = ((values[at + h] as number) - (values[at - lag + (h % lag)] as number)) / deviation
    samples.push({ input: windowAt(values, at, scheme), target })
  }
  return samples
}

/** The latest standardised values before `at`, each with the phase of every season. */
function windowAt(values: Float64Array, at: number, { shape, periods, mean, deviation }: Scheme): Float64Array {
  const { inputs, steps } = shape
  const input = new Float64Array(steps * inputs)
  for (let t = 0; t < steps; t++) {
    const place = at - steps + t
    input[t * inputs] = ((values[place] as number) - mean) / deviation
    periods.forEach((period, k) => {
      const angle = (2 * Math.PI * place) / period
      input[t * inputs + 1 + 2 * k] = Math.cos(angle)
      input[t * inputs + 2 + 2 * k] = Math.sin(angle)
    })
  }
  return input
}

interface Training {
  random: Random
  epochs: number
  budget: Budget
}

/** Adam on the mean squared error; keeps the weights that did best on the latest windows, which are held back. */
function train(net: LstmNet, samples: readonly Sample[], { random, epochs, budget }: Training): LstmNet {
  const held = Math.max(1, Math.floor(samples.length / 6))
  // windows that overlap the held-back targets would tell the answer
  const learn = samples.slice(0, Math.max(1, samples.length - held - net.shape.outputs))
  const check = samples.slice(-held)
  const adam = createAdam(weightCount(net.shape), { rate: 0.01, longest: 1 })
  const order = Int32Array.from(learn.keys())
  let best = { weights: net.weights.slice(), loss: lossOf(net, check) }
  for (let epoch = 0, stale = 0; epoch < epochs && stale < PATIENCE; epoch++) {
    random.shuffle(order)
    for (let from = 0; from < order.length; from += BATCH) {
      if (budget.spent()) return { ...net, weights: best.weights }
      adam.step(
        net.weights,
        batchGradient(
          net,
          Array.from(order.subarray(from, from + BATCH), (i) => learn[i] as Sample),
        ),
      )
    }
    const loss = lossOf(net, check)
    stale++
    if (loss < best.loss) {
      best = { weights: net.weights.slice(), loss }
      stale = 0
    }
  }
  return { ...net, weights: best.weights }
}

function batchGradient(net: LstmNet, batch: readonly Sample[]): Float64Array {
  const gradient = new Float64Array(net.weights.length)
  const trace = createTrace(net.shape)
  const share = 2 / (batch.length * net.shape.outputs)
  for (const { input, target } of batch) {
    const outputs = lstmForward(net, input, trace).map((value, h) => share * (value - (target[h] as number)))
    lstmBackward(net, input, trace, { outputs, gradient })
  }
  return gradient
}

function lossOf(net: LstmNet, samples: readonly Sample[]): number {
  const trace = createTrace(net.shape)
  let sum = 0
  for (const { input, target } of samples)
    lstmForward(net, input, trace).forEach((value, h) => {
      sum += (value - (target[h] as number)) ** 2
    })
  return sum / samples.length
}

function lstmModel(values: Float64Array, scheme: Scheme, net: LstmNet): Fitted {
  const { shape, lag, deviation } = scheme
  const trace = createTrace(shape)
  const fitted = new Float64Array(values.length).fill(Number.NaN)
  const squares = new Float64Array(shape.outputs)
  let count = 0
  for (let at = Math.max(shape.steps, lag); at < values.length; at++) {
    const added = lstmForward(net, windowAt(values, at, scheme), trace)
    fitted[at] = (values[at - lag] as number) + deviation * (added[0] as number)
    if (at + shape.outputs > values.length) continue
    count++
    for (let h = 0; h < shape.outputs; h++) {
      const expected = (values[at - lag + (h % lag)] as number) + deviation * (added[h] as number)
      squares[h] = (squares[h] as number) + ((values[at + h] as number) - expected) ** 2
    }
  }
  return {
    name: 'LSTM',
    fitted,
    forecast: (horizon) => ahead(values, scheme, net, horizon),
    deviations: (horizon) =>
      Float64Array.from({ length: horizon }, (_, h) => {
        const rounds = Math.floor(h / shape.outputs) + 1
        return Math.sqrt((rounds * (squares[h % shape.outputs] as number)) / Math.max(1, count))
      }),
    update: (other) => lstmModel(other, scheme, net),
  }
}

function ahead(values: Float64Array, scheme: Scheme, net: LstmNet, horizon: number): Float64Array {
  const { shape, lag, deviation } = scheme
  const n = values.length
  const joined = new Float64Array(n + horizon)
  joined.set(values)
  for (let from = n; from < n + horizon; from += shape.outputs) {
    const added = lstmForward(net, windowAt(joined, from, scheme), createTrace(shape))
    for (let h = 0; h < shape.outputs && from + h < n + horizon; h++)
      joined[from + h] = (joined[from - lag + (h % lag)] as number) + deviation * (added[h] as number)
  }
  return joined.slice(n)
}
