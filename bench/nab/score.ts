// The NAB score (Lavin and Ahmad 2015), written from its definition: the earlier inside a window the better, each alert
// outside costs a little, one threshold for the whole corpus.
import type { NabFile } from './load.ts'

export interface Profile {
  name: string
  truePositive: number
  falsePositive: number
  falseNegative: number
}

export const PROFILES: readonly Profile[] = [
  { name: 'standard', truePositive: 1, falsePositive: 0.11, falseNegative: 1 },
  { name: 'low FP', truePositive: 1, falsePositive: 0.22, falseNegative: 1 },
  { name: 'low FN', truePositive: 1, falsePositive: 0.11, falseNegative: 2 },
]

const sigmoid = (y: number) => (y > 3 ? -1 : 2 / (1 + Math.exp(5 * y)) - 1)

/** What one scored row is worth when it fires: its window (or -1) and its value for costs of 1. */
interface Row {
  score: number
  file: number
  /** Index into all windows of the corpus, -1 outside. */
  window: number
  value: number
}

function rowsOf(file: NabFile, scores: Float64Array, index: number, firstWindow: number): Row[] {
  const rows: Row[] = []
  let previous: { left: number; right: number } | undefined
  for (let i = 0; i < file.values.length; i++) {
    const inside = file.windows.findIndex((w) => i >= w.left && i <= w.right)
    const around = file.windows[inside]
    if (around) previous = around
    if (i < file.probation) continue
    const score = scores[i] as number
    if (around) {
      const value = sigmoid(-(around.right - i + 1) / (around.right - around.left + 1)) / sigmoid(-1)
      rows.push({ score, file: index, window: firstWindow + inside, value })
    } else {
      const value = previous ? sigmoid((i - previous.right) / (previous.right - previous.left)) : -1
      rows.push({ score, file: index, window: -1, value })
    }
  }
  return rows
}

export interface NabScore {
  score: number
  threshold: number
  /** What each file adds to the raw sum at the threshold. */
  perFile: Float64Array
}

/** All scored rows of a corpus, the highest score first. */
export function rankRows(files: readonly NabFile[], scores: readonly Float64Array[]): Row[] {
  let windows = 0
  const rows: Row[] = []
  for (const [index, file] of files.entries()) {
    for (const row of rowsOf(file, scores[index] ?? new Float64Array(file.values.length), index, windows))
      rows.push(row)
    windows += file.windows.length
  }
  return rows.sort((a, b) => b.score - a.score)
}

/** The best score over every distinct threshold (above all scores included: the null detector). */
export function bestScore(rows: readonly Row[], windows: number, profile: Profile): NabScore {
  const best = { raw: 0, threshold: Number.POSITIVE_INFINITY }
  const found = new Map<number, number>()
  let raw = -windows * profile.falseNegative
  const floor = raw
  best.raw = raw
  for (let i = 0; i < rows.length; i++) {
    raw += gain(rows[i] as Row, found, profile)
    const next = rows[i + 1]
    if ((!next || next.score !== (rows[i] as Row).score) && raw > best.raw) {
      best.raw = raw
      best.threshold = (rows[i] as Row).score
    }
  }
  const perFile = sumByFile(rows, best.threshold, profile)
  return { score: normalise(best.raw, floor, windows), threshold: best.threshold, perFile }
}

/** The score at a given threshold, for thresholds that were chosen elsewhere. */
export function scoreAt(rows: readonly Row[], windows: number, profile: Profile, threshold: number): number {
  const floor = -windows * profile.falseNegative
  const sum = sumByFile(rows, threshold, profile).reduce((a, b) => a + b, 0)
  return normalise(floor + sum, floor, windows)
}

function normalise(raw: number, floor: number, windows: number): number {
  return windows === 0 ? 0 : (100 * (raw - floor)) / (windows - floor)
}

/** What this row adds to the sum: a window counts its best row once, and ceases to be missed. */
function gain(row: Row, found: Map<number, number>, profile: Profile): number {
  if (row.window < 0) return row.value * profile.falsePositive
  const value = row.value * profile.truePositive
  const before = found.get(row.window)
  if (before !== undefined && before >= value) return 0
  found.set(row.window, value)
  return before === undefined ? value + profile.falseNegative : value - before
}

function sumByFile(rows: readonly Row[], threshold: number, profile: Profile): Float64Array {
  const found = new Map<number, number>()
  const sums = new Float64Array(rows.reduce((max, row) => Math.max(max, row.file + 1), 0))
  for (const row of rows) {
    if (!(row.score >= threshold)) break
    sums[row.file] = (sums[row.file] as number) + gain(row, found, profile)
  }
  return sums
}
