import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Measure } from '../../numerics/src/causes/index.ts'
import type { Elements } from './score.ts'

export interface CsvCase {
  name: string
  names: string[]
  rows: string[][]
  measure: Measure
  /** Empty when the folder does not say. */
  truth: Elements[]
}

function readCsv(path: string): { header: string[]; lines: string[][] } {
  const [head = '', ...rest] = readFileSync(path, 'utf8')
    .replace(/^\uFEFF/, '')
    .trim()
    .split(/\r?\n/)
  return { header: head.split(','), lines: rest.map((line) => line.split(',')) }
}

function column(header: readonly string[], lines: readonly string[][], name: string, path: string): Float64Array {
  const at = header.indexOf(name)
  if (at < 0) throw new Error(`${path}: needs a column "${name}", has ${header.join(', ')}`)
  return Float64Array.from(lines, (line) => Number(line[at]))
}

/** Any folder of CSV files with columns dimensions…, `real`, `predict`; a `truth.json` of {case: [elements]} is scored. */
export function* foldersOfCases(folder: string): Generator<CsvCase> {
  const truthFile = `${folder}/truth.json`
  const truth = existsSync(truthFile) ? (JSON.parse(readFileSync(truthFile, 'utf8')) as Record<string, Elements[]>) : {}
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.csv'))
    .sort()) {
    const { header, lines } = readCsv(`${folder}/${file}`)
    if (!header.includes('real') || !header.includes('predict')) continue
    const kept = header.flatMap((name, i) => (name === 'real' || name === 'predict' ? [] : [i]))
    const name = file.slice(0, -4)
    yield {
      name,
      names: kept.map((i) => header[i] as string),
      rows: lines.map((line) => kept.map((i) => line[i] as string)),
      measure: {
        kind: 'sum',
        real: column(header, lines, 'real', file),
        expected: column(header, lines, 'predict', file),
      },
      truth: truth[name] ?? [],
    }
  }
}

/** Minutes before the incident that make the expectation; fewer where the file has fewer. */
const HISTORY_MINUTES = 10

/** The RS folder: stall counts (`value` of `cnt`) by minute; `anomaly.yaml` says the minute to explain and the truth. */
export function* realIncidents(folder: string): Generator<CsvCase> {
  const entries = readFileSync(`${folder}/anomaly.yaml`, 'utf8').split(/^- /m).slice(1)
  for (const entry of entries) {
    const field = (name: string) => entry.match(new RegExp(`^ *${name}: *(.*)$`, 'm'))?.[1]?.trim() ?? ''
    const name = field('data').replace(/^(['"])(.*)\1$/, '$2')
    if (!existsSync(`${folder}/${name}.csv`)) continue
    yield incident(folder, name, Number(field('timestamp')), truthOf(field('cause')))
  }
}

function truthOf(cause: string): Elements[] {
  return [...cause.matchAll(/\{([^}]*)\}/g)].map(([, inner = '']) =>
    Object.fromEntries(
      [...inner.matchAll(/'([^']*)' *: *'?([^',]*)'?/g)].map(([, key = '', value = '']) => [key, value]),
    ),
  )
}

interface LeafSums {
  row: string[]
  /** Hits and tries at the minute to explain, then those of the minutes before. */
  now: [number, number]
  before: [number, number]
}

function incident(folder: string, name: string, at: number, truth: Elements[]): CsvCase {
  const { header, lines } = readCsv(`${folder}/${name}.csv`)
  const kept = header.flatMap((title, i) => (['min', 'value', 'cnt'].includes(title) ? [] : [i]))
  const { leaves, minutes } = addUpMinutes(header, lines, kept, at)
  const sums = (of: 'now' | 'before', k: 0 | 1, parts: number) =>
    Float64Array.from(leaves, (leaf) => leaf[of][k] / parts)
  return {
    name,
    names: kept.map((i) => header[i] as string),
    rows: leaves.map((leaf) => leaf.row),
    measure: {
      kind: 'ratio',
      numerator: sums('now', 0, 1),
      denominator: sums('now', 1, 1),
      expectedNumerator: sums('before', 0, minutes),
      expectedDenominator: sums('before', 1, minutes),
    },
    truth,
  }
}

function addUpMinutes(header: string[], lines: string[][], kept: number[], at: number) {
  const [minute, value, count] = ['min', 'value', 'cnt'].map((title) => header.indexOf(title)) as [
    number,
    number,
    number,
  ]
  const leaves = new Map<string, LeafSums>()
  const minutes = new Set<string>()
  for (const line of lines) {
    const age = at - Number(line[minute])
    if (age < 0 || age > HISTORY_MINUTES * 60) continue
    const row = kept.map((i) => line[i] as string)
    const key = row.join('\u0001')
    const leaf = leaves.get(key) ?? { row, now: [0, 0], before: [0, 0] }
    leaves.set(key, leaf)
    if (age > 0) minutes.add(line[minute] as string)
    const into = age === 0 ? leaf.now : leaf.before
    into[0] += Number(line[value])
    into[1] += Number(line[count])
  }
  return { leaves: [...leaves.values()], minutes: Math.max(1, minutes.size) }
}
