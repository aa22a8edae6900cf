// How many points a second does `auto` judge on one core when 1,000 series take turns, and how much does a series weigh?
import { createAuto } from '../numerics/src/detection/index.ts'
import { type BenchOptions, median, report } from './report.ts'

const SERIES = 1000
const WARM_UP = 300
const POINTS = 1000
const ROUNDS = 5
const STEP = 300_000

/** Daily waves of different heights with noise and rare spikes; a small generator so that nothing random is needed. */
function valueAt(series: number, i: number, state: Uint32Array): number {
  let x = (state[0] as number) || 1
  x ^= x << 13
  x ^= x >>> 17
  x ^= x << 5
  state[0] = x
  const noise = (x >>> 0) / 2 ** 32
  const wave = Math.sin(((i * STEP) / 86_400_000) * 2 * Math.PI)
  return (series % 17) * 10 + 50 * wave + 10 * noise + (noise > 0.999 ? 300 : 0)
}

/** Heap and buffers together: the detectors' memory is typed arrays. */
function occupied(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

export async function run(_options: BenchOptions): Promise<void> {
  const state = Uint32Array.of(2463534242)
  const before = occupied()
  const detectors = Array.from({ length: SERIES }, () => createAuto())
  const memory = Math.round((occupied() - before) / SERIES)
  let at = 0
  let alarms = 0
  const play = (points: number, values: Float64Array) => {
    for (let i = 0; i < points; i++) {
      for (let s = 0; s < SERIES; s++) {
        const judgement = (detectors[s] as (typeof detectors)[number]).update(
          (at + i) * STEP,
          values[i * SERIES + s] as number,
        )
        if (judgement.score > 0.5) alarms++
      }
    }
    at += points
  }
  const made = (points: number) =>
    Float64Array.from({ length: points * SERIES }, (_, k) => valueAt(k % SERIES, at + Math.floor(k / SERIES), state))
  play(WARM_UP, made(WARM_UP))
  const rates: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const values = made(POINTS)
    const start = process.cpuUsage().user
    play(POINTS, values)
    rates.push((POINTS * SERIES) / ((process.cpuUsage().user - start) / 1e6))
  }
  const snapshot = Math.max(...detectors.map((detector) => detector.save().length))
  const rate = median(rates)
  console.log(
    `auto, ${SERIES} series interleaved, one core: ${Math.round(rate).toLocaleString('en')} points/s (median of ${ROUNDS})`,
  )
  console.log(
    `bar 300,000, reach 1,000,000 · ${memory} bytes a series in memory (bar 65,536), ${snapshot} in a snapshot · ${alarms} alarms`,
  )
  report('detection-speed', {
    pointsPerSecond: Math.round(rate),
    rounds: rates.map(Math.round),
    bytesPerSeries: memory,
    snapshotBytes: snapshot,
    series: SERIES,
  })
}
