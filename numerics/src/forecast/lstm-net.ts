// One layer of long short-term memory (Hochreiter and Schmidhuber 1997) and a linear read-out of its last state.
import type { Random } from '../random/index.ts'

export interface LstmShape {
  readonly inputs: number
  readonly hidden: number
  readonly outputs: number
  readonly steps: number
}

/** All weights in one array: per gate unit its inputs, its recurrent weights and a bias; then per output a row and a bias. */
export interface LstmNet {
  readonly shape: LstmShape
  readonly weights: Float64Array
}

const gateWeights = ({ inputs, hidden }: LstmShape) => 4 * hidden * (inputs + hidden + 1)

export const weightCount = (shape: LstmShape) => gateWeights(shape) + shape.outputs * (shape.hidden + 1)

export function createLstm(shape: LstmShape, random: Random): LstmNet {
  const { inputs, hidden } = shape
  const weights = new Float64Array(weightCount(shape))
  const width = inputs + hidden + 1
  const gates = gateWeights(shape)
  for (let i = 0; i < gates; i++) weights[i] = random.normal() / Math.sqrt(inputs + hidden)
  // forget gates begin open, or nothing older than a few steps is ever learnt from (Jozefowicz 2015)
  for (let unit = 0; unit < 4 * hidden; unit++)
    weights[unit * width + width - 1] = unit >= hidden && unit < 2 * hidden ? 1 : 0
  // the read-out begins at 0: the untrained net adds nothing to the naive forecast
  return { shape, weights }
}

/** What the forward pass leaves for the backward one, per step: gates i, f, g, o, then the cell and the state. */
export interface Trace {
  readonly gates: Float64Array
  readonly cells: Float64Array
  readonly states: Float64Array
}

export function createTrace({ hidden, steps }: LstmShape): Trace {
  return {
    gates: new Float64Array(steps * 4 * hidden),
    cells: new Float64Array((steps + 1) * hidden),
    states: new Float64Array((steps + 1) * hidden),
  }
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

export function lstmForward({ shape, weights }: LstmNet, input: Float64Array, trace: Trace): Float64Array {
  const { inputs, hidden, outputs, steps } = shape
  const width = inputs + hidden + 1
  const { gates, cells, states } = trace
  for (let t = 0; t < steps; t++) {
    for (let unit = 0; unit < 4 * hidden; unit++) {
      const at = unit * width
      let sum = weights[at + width - 1] as number
      for (let k = 0; k < inputs; k++) sum += (weights[at + k] as number) * (input[t * inputs + k] as number)
      for (let k = 0; k < hidden; k++) sum += (weights[at + inputs + k] as number) * (states[t * hidden + k] as number)
      gates[t * 4 * hidden + unit] = unit >= 2 * hidden && unit < 3 * hidden ? Math.tanh(sum) : sigmoid(sum)
    }
    for (let j = 0; j < hidden; j++) {
      const g = t * 4 * hidden + j
      const kept = (gates[g + hidden] as number) * (cells[t * hidden + j] as number)
      const cell = kept + (gates[g] as number) * (gates[g + 2 * hidden] as number)
      cells[(t + 1) * hidden + j] = cell
      states[(t + 1) * hidden + j] = (gates[g + 3 * hidden] as number) * Math.tanh(cell)
    }
  }
  const out = new Float64Array(outputs)
  for (let o = 0; o < outputs; o++) {
    const at = gateWeights(shape) + o * (hidden + 1)
    let sum = weights[at + hidden] as number
    for (let j = 0; j < hidden; j++) sum += (weights[at + j] as number) * (states[steps * hidden + j] as number)
    out[o] = sum
  }
  return out
}

/** Adds to `gradient` the slope of the loss, given its slope per output, by back-propagation through time. */
export function lstmBackward(
  net: LstmNet,
  input: Float64Array,
  trace: Trace,
  slopes: { outputs: Float64Array; gradient: Float64Array },
): void {
  const { inputs, hidden, steps } = net.shape
  const { weights } = net
  const { gradient } = slopes
  const width = inputs + hidden + 1
  const state = readOutBackward(net, trace, slopes)
  const cell = new Float64Array(hidden)
  const raw = new Float64Array(4 * hidden)
  for (let t = steps - 1; t >= 0; t--) {
    gateSlopes(trace, { t, hidden, state, cell, raw })
    state.fill(0)
    for (let unit = 0; unit < 4 * hidden; unit++) {
      const slope = raw[unit] as number
      const at = unit * width
      for (let k = 0; k < inputs; k++)
        gradient[at + k] = (gradient[at + k] as number) + slope * (input[t * inputs + k] as number)
      for (let k = 0; k < hidden; k++) {
        const place = at + inputs + k
        gradient[place] = (gradient[place] as number) + slope * (trace.states[t * hidden + k] as number)
        state[k] = (state[k] as number) + slope * (weights[place] as number)
      }
      gradient[at + width - 1] = (gradient[at + width - 1] as number) + slope
    }
  }
}

function readOutBackward(
  { shape, weights }: LstmNet,
  { states }: Trace,
  slopes: { outputs: Float64Array; gradient: Float64Array },
): Float64Array {
  const { hidden, steps } = shape
  const state = new Float64Array(hidden)
  slopes.outputs.forEach((slope, o) => {
    const at = gateWeights(shape) + o * (hidden + 1)
    for (let j = 0; j < hidden; j++) {
      slopes.gradient[at + j] = (slopes.gradient[at + j] as number) + slope * (states[steps * hidden + j] as number)
      state[j] = (state[j] as number) + slope * (weights[at + j] as number)
    }
    slopes.gradient[at + hidden] = (slopes.gradient[at + hidden] as number) + slope
  })
  return state
}

interface StepSlopes {
  t: number
  hidden: number
  state: Float64Array
  /** Slope on the cell, carried back from step to step. */
  cell: Float64Array
  /** Slopes before the gates' squashing. */
  raw: Float64Array
}

function gateSlopes({ gates, cells }: Trace, { t, hidden, state, cell, raw }: StepSlopes): void {
  for (let j = 0; j < hidden; j++) {
    const at = t * 4 * hidden + j
    const i = gates[at] as number
    const f = gates[at + hidden] as number
    const g = gates[at + 2 * hidden] as number
    const o = gates[at + 3 * hidden] as number
    const squashed = Math.tanh(cells[(t + 1) * hidden + j] as number)
    const onState = state[j] as number
    const onCell = (cell[j] as number) + onState * o * (1 - squashed * squashed)
    raw[j] = onCell * g * i * (1 - i)
    raw[hidden + j] = onCell * (cells[t * hidden + j] as number) * f * (1 - f)
    raw[2 * hidden + j] = onCell * i * (1 - g * g)
    raw[3 * hidden + j] = onState * squashed * o * (1 - o)
    cell[j] = onCell * f
  }
}
