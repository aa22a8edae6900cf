import { existsSync, globSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'

/** One NAB file: times are UTC milliseconds as the file's clock has them, windows are row indices, both ends included. */
export interface NabFile {
  /** `<folder>/<file>.csv` */
  name: string
  stamps: string[]
  times: Float64Array
  values: Float64Array
  windows: { left: number; right: number }[]
  /** First scored row: the rows before are for learning and never count. */
  probation: number
}

/** Every file of the folder `<data>/nab`, sorted by name; undefined when the data are absent. */
export function loadNab(data: string): NabFile[] | undefined {
  const root = `${data}/nab/data`
  if (!existsSync(root)) return undefined
  // The labels only score; scores can be written without them.
  const path = `${data}/nab/windows.json`
  const labels = (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}) as Record<string, [string, string][]>
  return globSync(`${root}/*/*.csv`)
    .map((path) => relative(root, path))
    .sort()
    .map((name) => readNabFile(name, readFileSync(`${root}/${name}`, 'utf8'), labels[name] ?? []))
}

function readNabFile(name: string, text: string, labels: [string, string][]): NabFile {
  const rows = text.trim().split(/\r?\n/).slice(1)
  const stamps = rows.map((row) => row.slice(0, row.indexOf(',')))
  const times = Float64Array.from(stamps, parseStamp)
  const values = Float64Array.from(rows, (row) => Number(row.slice(row.indexOf(',') + 1)))
  const windows = labels.map(([from, to]) => ({
    left: times.indexOf(parseStamp(from)),
    right: times.indexOf(parseStamp(to)),
  }))
  return { name, stamps, times, values, windows, probation: Math.min(Math.floor(0.15 * rows.length), 750) }
}

/** `2014-04-01 00:05:00[.000000]` as UTC milliseconds; the zone does not matter as long as it is one. */
function parseStamp(stamp: string): number {
  return Date.parse(`${stamp.slice(0, 19).replace(' ', 'T')}Z`)
}
