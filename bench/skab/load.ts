import { existsSync, globSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'

/** One run of the water rig: rows of eight sensors, one a second. */
export interface SkabRun {
  /** `<folder>/<file>.csv` */
  name: string
  stamps: string[]
  rows: number[][]
  /** Only for scoring. */
  anomalies: boolean[]
}

/** Every run of `<data>/skab`; undefined when the data are absent. */
export function loadSkab(data: string): SkabRun[] | undefined {
  const root = `${data}/skab`
  if (!existsSync(root)) return undefined
  return globSync(`${root}/**/*.csv`)
    .sort()
    .map((path) => {
      const [head = '', ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/)
      const names = head.split(';')
      const sensors = names.flatMap((name, i) => (['datetime', 'anomaly', 'changepoint'].includes(name) ? [] : [i]))
      const label = names.indexOf('anomaly')
      const cells = lines.map((line) => line.split(';'))
      return {
        name: relative(root, path),
        stamps: cells.map((cell) => cell[names.indexOf('datetime')] ?? ''),
        rows: cells.map((cell) => sensors.map((i) => Number(cell[i]))),
        anomalies: cells.map((cell) => Number(cell[label]) > 0.5),
      }
    })
}

export interface Confusion {
  f1: number
  falseAlarmRate: number
  missedAlarmRate: number
}

/** All points of all runs after the training rows together, as SKAB's own table counts them. */
export function confusion(runs: readonly SkabRun[], flags: readonly boolean[][], from: number): Confusion {
  let [tp, fp, fn, tn] = [0, 0, 0, 0]
  runs.forEach((run, r) => {
    for (let i = from; i < run.rows.length; i++) {
      const flag = flags[r]?.[i] ?? false
      if (run.anomalies[i]) flag ? tp++ : fn++
      else flag ? fp++ : tn++
    }
  })
  return { f1: (2 * tp) / (2 * tp + fp + fn), falseAlarmRate: fp / (fp + tn), missedAlarmRate: fn / (fn + tp) }
}
