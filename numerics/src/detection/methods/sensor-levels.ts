import { judgeNothing } from '../band.ts'
import { type Method, readVector, requireOption } from '../face.ts'

export interface SensorLevelsOptions {
  /** Values a point. */
  sensors: number
  /** Points learned from before the first score. */
  train: number
}

const COUNT = 0
const ALARM = 1
const FIRST = 2
// Fields of a sensor.
const FAST = 0
const SLOW = 1
const SCALE = 2
const WANDER = 3
const AGE = 4
const BLOCK_SUM = 5
const PEAK = 6
const BACK = 7
const FIELDS = 8

/** Weight of the newest value in the short mean, and in the level it is compared with. */
const FAST_GAIN = 0.1
const SLOW_GAIN = 0.006
/** Points averaged to see how a level wanders. */
const BLOCK = 20
const QUANTILE = 0.95
/** An alarm begins at this many usual deviations and ends at half of that. */
const BEGIN = 2.5
const END = 0.5 * BEGIN
/** A sensor that stays within this share of its excursion for so many points has come back, if not quite to its old level. */
const RETURN = 0.2
const SETTLED = 10

const blocks = ({ train }: SensorLevelsOptions) => Math.floor(train / BLOCK)
const blockAt = (options: SensorLevelsOptions, sensor: number) =>
  FIRST + FIELDS * options.sensors + sensor * blocks(options)
const deviationsAt = (options: SensorLevelsOptions) => blockAt(options, options.sensors)

/**
 * Several sensors, each held against its own level. A level follows slowly while its sensor behaves and waits while it does not; the longer
 * it waits, the less it is believed, by as much as that sensor wandered in training. So a long fault stays an alarm until the
 * sensor returns, and a temperature that drifts does not. The answer is in usual deviations of the worst sensor.
 */
export const SENSOR_LEVELS: Method<SensorLevelsOptions, ArrayLike<number>> = {
  name: 'sensor-levels',
  defaults: { sensors: 2, train: 400 },
  check({ sensors, train }) {
    requireOption(
      Number.isInteger(sensors) && sensors >= 1,
      `sensors must be a whole number of at least 1, got ${sensors}`,
    )
    requireOption(
      Number.isInteger(train) && train >= 5 * BLOCK,
      `train must be at least ${5 * BLOCK} points, got ${train}`,
    )
  },
  // The sensors' fields, their block means, and their deviations in training (which are cleared afterwards).
  size: (options) => deviationsAt(options) + options.sensors * options.train,
  read: (input, { sensors }) => readVector(input, sensors),
  step(memory, options, { input }, out) {
    const n = memory[COUNT] as number
    judgeNothing(out, 0)
    if (n < options.train) {
      for (let sensor = 0; sensor < options.sensors; sensor++) train(memory, options, sensor, input[sensor] as number)
      memory[COUNT] = n + 1
      if (n + 1 === options.train) finish(memory, options)
      return
    }
    let worst = 0
    for (let sensor = 0; sensor < options.sensors; sensor++) {
      worst = Math.max(worst, follow(memory, FIRST + FIELDS * sensor, input[sensor] as number))
    }
    memory[ALARM] = worst > (memory[ALARM] ? END : BEGIN) ? 1 : 0
    out.lower = 0
    out.upper = memory[ALARM] ? END : BEGIN
    const score = worst / (worst + BEGIN)
    out.score = memory[ALARM] ? Math.max(0.5, score) : Math.min(score, 0.499)
  },
}

function train(memory: Float64Array, options: SensorLevelsOptions, sensor: number, value: number): void {
  const n = memory[COUNT] as number
  const at = FIRST + FIELDS * sensor
  if (n === 0) memory[at + FAST] = memory[at + SLOW] = value
  approach(memory, at + FAST, value, Math.max(FAST_GAIN, 1 / (n + 1)))
  const deviation = (memory[at + FAST] as number) - (memory[at + SLOW] as number)
  memory[deviationsAt(options) + sensor * options.train + n] = Math.abs(deviation)
  approach(memory, at + SLOW, value, Math.max(SLOW_GAIN, 1 / (n + 1)))
  memory[at + BLOCK_SUM] = (memory[at + BLOCK_SUM] as number) + value / BLOCK
  if ((n + 1) % BLOCK !== 0) return
  memory[blockAt(options, sensor) + (n + 1) / BLOCK - 1] = memory[at + BLOCK_SUM] as number
  memory[at + BLOCK_SUM] = 0
}

function finish(memory: Float64Array, options: SensorLevelsOptions): void {
  for (let sensor = 0; sensor < options.sensors; sensor++) {
    const at = FIRST + FIELDS * sensor
    const from = deviationsAt(options) + sensor * options.train
    const deviations = memory.slice(from + BLOCK, from + options.train).sort()
    const means = memory.subarray(blockAt(options, sensor), blockAt(options, sensor + 1))
    // A sensor that never moved in training: a millionth of its value is then a deviation.
    const least = Math.abs(memory[at + SLOW] as number) * 1e-6 || Number.MIN_VALUE
    memory[at + SCALE] = Math.max(least, deviations[Math.floor(QUANTILE * deviations.length)] as number)
    memory[at + WANDER] = wanderOf(means)
  }
  memory.fill(0, blockAt(options, 0))
}

/** Variance a level gains per point: the slope of the mean squared difference of block means over their distance. */
function wanderOf(means: Float64Array): number {
  const lags = Math.floor(means.length / 2)
  let [h, v, hh, hv] = [0, 0, 0, 0]
  for (let lag = 1; lag <= lags; lag++) {
    let square = 0
    for (let i = 0; i + lag < means.length; i++) square += ((means[i + lag] as number) - (means[i] as number)) ** 2
    square /= means.length - lag
    h += lag
    v += square
    hh += lag * lag
    hv += lag * square
  }
  return Math.max(0, (hv - (h * v) / lags) / (hh - (h * h) / lags)) / BLOCK
}

/** How far the sensor's short mean is from its level, in usual deviations; the level follows if that is not too far. */
function follow(memory: Float64Array, at: number, value: number): number {
  approach(memory, at + FAST, value, FAST_GAIN)
  const scale = memory[at + SCALE] as number
  const age = memory[at + AGE] as number
  const deviation = Math.sqrt(scale * scale + (memory[at + WANDER] as number) * age)
  const distance = Math.abs((memory[at + FAST] as number) - (memory[at + SLOW] as number))
  const z = Math.min(1e6, distance / deviation)
  if (z > BEGIN) memory[at + AGE] = age + 1
  else {
    memory[at + AGE] = age * (1 - 3 * SLOW_GAIN)
    approach(memory, at + SLOW, value, SLOW_GAIN)
  }
  return cameBack(memory, at, distance, z > BEGIN) ? 0 : z
}

/** Whether the sensor's excursion is over; then where it settled is its level. */
function cameBack(memory: Float64Array, at: number, distance: number, away: boolean): boolean {
  const peak = away ? Math.max(memory[at + PEAK] as number, distance) : (memory[at + PEAK] as number)
  memory[at + PEAK] = peak
  if (peak === 0) return false
  memory[at + BACK] = distance < RETURN * peak ? (memory[at + BACK] as number) + 1 : 0
  if ((memory[at + BACK] as number) < SETTLED) return false
  memory[at + SLOW] = memory[at + FAST] as number
  memory[at + AGE] = memory[at + PEAK] = memory[at + BACK] = 0
  return true
}

function approach(memory: Float64Array, index: number, value: number, gain: number): void {
  memory[index] = (memory[index] as number) + gain * (value - (memory[index] as number))
}
