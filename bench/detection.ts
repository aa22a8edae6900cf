// How well do we see trouble? NAB (one number a point, `auto` as it comes) and SKAB (eight sensors together).
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import {
  createAuto,
  createDetector,
  IQR,
  ISOLATION_FOREST,
  type Method,
  PCA,
  ROBUST_Z,
  SENSOR_LEVELS,
  Z_SCORE,
} from '../numerics/src/detection/index.ts'
import { loadNab, type NabFile } from './nab/load.ts'
import { bestScore, PROFILES, rankRows, scoreAt } from './nab/score.ts'
import { windowedGaussian } from './nab/windowed-gaussian.ts'
import { type BenchOptions, report } from './report.ts'
import { confusion, loadSkab, type SkabRun } from './skab/load.ts'

/** Published results scored on the development half of NAB (numenta/NAB, results/), by the same scorer. */
const ANCHORS = `  ARTime 78.2 / 70.4 / 83.1 · CAD OSE 74.1 / 71.7 / 76.9 · Numenta HTM 71.2 / 65.0 / 75.9 · KNN CAD 64.4 / 50.4 / 71.0
  Relative Entropy 56.3 / 48.9 / 60.9 · Random Cut Forest 52.0 / 38.3 / 61.0 · Twitter ADVec 46.4 / 33.2 / 52.6`
const TRAIN = 400

export async function run({ data, out, flags }: BenchOptions): Promise<void> {
  const figures: Record<string, unknown> = {}
  const nab = loadNab(data)
  if (nab) figures.nab = runNab(nab, out, flags.all === true)
  else console.log(`There is no NAB data in ${data}/nab.`)
  const skab = loadSkab(data)
  if (skab) figures.skab = runSkab(skab, out)
  else console.log(`There is no SKAB data in ${data}/skab.`)
  report('detection', figures)
}

function runNab(files: readonly NabFile[], out: string | undefined, all: boolean) {
  const start = performance.now()
  const scores = files.map((file) => judge(file, createAuto()))
  const seconds = (performance.now() - start) / 1000
  const windows = count(files)
  const rows = rankRows(files, scores)
  const results = PROFILES.map((profile) => bestScore(rows, windows, profile))
  console.log(`NAB, ${files.length} files, ${windows} windows; ${PROFILES.map(({ name }) => name).join(' / ')}`)
  console.log(
    `auto, as it comes          ${results.map(({ score }) => score.toFixed(1)).join(' / ')}   (bar 60/48/66, reach 71/65/76, 78)`,
  )
  console.log(`  best thresholds          ${results.map(({ threshold }) => threshold.toFixed(3)).join(' / ')}`)
  const held = heldOut(files, scores)
  console.log(
    `  folder held out          ${held.map((score) => score.toFixed(1)).join(' / ')}   (threshold chosen on the other folders)`,
  )
  const half = PROFILES.map((profile) => scoreAt(rows, windows, profile, 0.5))
  console.log(`  threshold ½              ${half.map((score) => score.toFixed(1)).join(' / ')}`)
  if (all) compareAll(files)
  tell('first row of each window', files, files.map(oracle))
  tell('no alarm at all', files, [])
  console.log(`published detectors on the development half:\n${ANCHORS}`)
  if (out)
    files.forEach((file, f) => {
      write(`${out}/nab/${file.name}`, 'timestamp,anomaly_score', file.stamps, scores[f] as Float64Array)
    })
  const [standard, lowFp, lowFn] = results.map(({ score }) => Number(score.toFixed(2)))
  return {
    standard,
    lowFp,
    lowFn,
    heldOut: held.map((score) => Number(score.toFixed(2))),
    seconds: Number(seconds.toFixed(2)),
  }
}

const count = (files: readonly NabFile[]) => files.reduce((sum, file) => sum + file.windows.length, 0)

function judge(file: NabFile, detector: { update(time: number, value: number): { score: number } }): Float64Array {
  return file.values.map((value, i) => detector.update(file.times[i] as number, value).score)
}

/** Simple methods beside `auto`, and NAB's own baseline, whose published figures are 36.7 / 21.4 / 45.2: the scorer conforms. */
function compareAll(files: readonly NabFile[]): void {
  for (const method of [Z_SCORE, ROBUST_Z, IQR, ISOLATION_FOREST] as unknown as Method<object>[]) {
    const scores = files.map((file) => judge(file, createDetector(method)))
    tell(method.name, files, scores)
  }
  const baseline = files.map((file) => windowedGaussian(file.values))
  tell('windowed Gaussian', files, baseline)
}

function tell(name: string, files: readonly NabFile[], scores: readonly Float64Array[]): void {
  const rows = rankRows(files, scores)
  const best = PROFILES.map((profile) => bestScore(rows, count(files), profile).score.toFixed(1))
  console.log(`${name.padEnd(26)} ${best.join(' / ')}`)
}

/** Fires where each window begins: the scorer must call that 100. */
function oracle(file: NabFile): Float64Array {
  const starts = new Set(file.windows.map(({ left }) => left))
  return file.values.map((_, i) => (starts.has(i) ? 1 : 0))
}

/** Each folder scored at the threshold that was best on all the others; the weighted mean. */
function heldOut(files: readonly NabFile[], scores: readonly Float64Array[]): number[] {
  const folders = [...new Set(files.map(({ name }) => name.split('/')[0]))]
  return PROFILES.map((profile) => {
    let sum = 0
    for (const folder of folders) {
      const pick = (inside: boolean) =>
        files.flatMap((file, f) => (file.name.startsWith(`${folder}/`) === inside ? [f] : []))
      const of = (picked: number[]) => picked.map((f) => files[f] as NabFile)
      const rows = (picked: number[]) =>
        rankRows(
          of(picked),
          picked.map((f) => scores[f] as Float64Array),
        )
      const { threshold } = bestScore(rows(pick(false)), count(of(pick(false))), profile)
      // A folder without windows still costs its false alarms: scored as raw points over all windows.
      sum += rawAt(rows(pick(true)), count(of(pick(true))), profile, threshold)
    }
    const floor = -count(files) * profile.falseNegative
    return (100 * (sum - floor)) / (count(files) - floor)
  })
}

function rawAt(
  rows: ReturnType<typeof rankRows>,
  windows: number,
  profile: (typeof PROFILES)[number],
  threshold: number,
): number {
  const floor = -windows * profile.falseNegative
  if (windows > 0) return floor + (scoreAt(rows, windows, profile, threshold) / 100) * (windows - floor)
  return rows.reduce((sum, row) => (row.score >= threshold ? sum + row.value * profile.falsePositive : sum), 0)
}

function runSkab(runs: readonly SkabRun[], out: string | undefined) {
  const levels = runs.map((one) => flag(one, SENSOR_LEVELS as unknown as Method<object, ArrayLike<number>>))
  const pca = runs.map((one) => flag(one, PCA as unknown as Method<object, ArrayLike<number>>))
  const always = runs.map((one) => one.rows.map(() => true))
  console.log(
    `\nSKAB, ${runs.length} runs, trained on the first ${TRAIN} rows of each; F1, false alarms, missed alarms`,
  )
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  const tell = (name: string, flags: boolean[][]) => {
    const { f1, falseAlarmRate, missedAlarmRate } = confusion(runs, flags, TRAIN)
    console.log(`${name.padEnd(26)} ${f1.toFixed(3)}  ${percent(falseAlarmRate)}  ${percent(missedAlarmRate)}`)
    return { f1, falseAlarmRate, missedAlarmRate }
  }
  const figures = tell('sensor-levels', levels)
  tell('pca (T² and Q)', pca)
  tell('always an anomaly', always)
  console.log(
    'published on all of SKAB: Conv-AE 0.78, 13.6 %, 28.0 % · MSET 0.78, 39.7 %, 14.1 % · T²+Q 0.76, 26.6 %, 24.9 % · isolation forest 0.29',
  )
  if (out)
    runs.forEach((one, r) => {
      write(`${out}/skab/${one.name}`, 'datetime,anomaly', one.stamps, (levels[r] ?? []).map(Number))
    })
  return figures
}

function flag(one: SkabRun, method: Method<object, ArrayLike<number>>): boolean[] {
  const detector = createDetector(method, { sensors: one.rows[0]?.length ?? 0, train: TRAIN })
  return one.rows.map((row, i) => detector.update(i * 1000, row).score >= 0.5)
}

function write(path: string, head: string, stamps: readonly string[], values: ArrayLike<number>): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${head}\n${stamps.map((stamp, i) => `${stamp},${values[i]}`).join('\n')}\n`)
}
