// Draws any series (CSV: time, value) with auto's band and alarms and a forecast:
// `npm run bench -- plot FILE [--sensitivity=0.5] [--horizon=N] [--last=N] [--out DIR]`
// Writes FILE.svg beside the file, or into DIR. All points are judged; `--last` draws only the last N.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { alarmThreshold, createAuto } from '../numerics/src/detection/index.ts'
import { forecast } from '../numerics/src/forecast/index.ts'
import { extremes } from '../numerics/src/sketches/index.ts'
import { detectPeriods } from '../numerics/src/statistics/index.ts'
import { type Drawing, drawSvg } from './drawing/svg.ts'
import { type BenchOptions, report } from './report.ts'

/** Stretches of the picture; each keeps its least and its greatest value. */
const STRETCHES = 900
/** The forecast looks back on so many points at most, so that a picture takes seconds. */
const HISTORY = 2000

export async function run({ args, out, flags }: BenchOptions): Promise<void> {
  const [file] = args
  if (!file) {
    console.error('Name a CSV file with a time and a value in each row.')
    process.exitCode = 2
    return
  }
  const { times, values } = readSeries(readFileSync(file, 'utf8'))
  if (values.length === 0) {
    console.error(`${file} has no row of a time and a finite value.`)
    process.exitCode = 2
    return
  }
  const threshold = alarmThreshold(numberOf(flags.sensitivity, 0.5))
  const auto = createAuto()
  const judged = Array.from(values, (value, i) => auto.update(times[i] as number, value))
  const alarms = judged.flatMap(({ score }, i) => (score >= threshold ? [i] : []))
  const ahead = lookAhead(times, values, numberOf(flags.horizon, 0))
  const from = Math.max(0, values.length - numberOf(flags.last, values.length))
  const shown = Array.from(extremes(times.subarray(from), values.subarray(from), STRETCHES), (i) => i + from)
  const told = alarms.filter((i) => i >= from)
  const drawn = Int32Array.from(new Set([...shown, ...told])).sort()
  const pick = (of: ArrayLike<number>) => Float64Array.from(drawn, (i) => of[i] as number)
  const drawing: Drawing = {
    title: `${basename(file)} — ${alarms.length} alarms — ${auto.explain().expects}`,
    times: pick(times),
    values: pick(values),
    lower: pick(judged.map(({ lower }) => lower)),
    upper: pick(judged.map(({ upper }) => upper)),
    alarms: told.map((i) => drawn.indexOf(i)),
    spans: [],
    ...(ahead ? { forecast: ahead } : {}),
  }
  if (out) mkdirSync(out, { recursive: true })
  const target = out ? join(out, `${basename(file)}.svg`) : `${file}.svg`
  writeFileSync(target, drawSvg(drawing))
  for (const words of auto.explain().nature) console.log(words)
  console.log(`expects ${auto.explain().expects}\nwritten: ${target}`)
  report('plot', { rows: values.length, alarms: alarms.length, horizon: ahead?.mean.length ?? 0 })
}

/** A flag without a value (`--last 500` instead of `--last=500`) counts as not given. */
function numberOf(flag: string | boolean | undefined, otherwise: number): number {
  return typeof flag === 'string' ? Number(flag) : otherwise
}

/** Times as numbers (milliseconds) or as dates without zone (taken as UTC); rows that are not a time and a value are skipped. */
function readSeries(text: string): { times: Float64Array; values: Float64Array } {
  const rows = text.split(/\r?\n/).flatMap((row) => {
    const [stamp = '', cell = ''] = row.split(/[,;\t]/)
    const plain = stamp.trim().replace(' ', 'T')
    const time = /^-?\d+(\.\d+)?$/.test(plain)
      ? Number(plain)
      : Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(plain) ? plain : `${plain}Z`)
    const value = cell.trim() === '' ? Number.NaN : Number(cell)
    return Number.isFinite(time) && Number.isFinite(value) ? [{ time, value }] : []
  })
  rows.sort((a, b) => a.time - b.time)
  return { times: Float64Array.from(rows, ({ time }) => time), values: Float64Array.from(rows, ({ value }) => value) }
}

function lookAhead(times: Float64Array, values: Float64Array, asked: number): Drawing['forecast'] | undefined {
  const recent = values.slice(-HISTORY)
  if (recent.length < 10) return undefined
  const [period] = detectPeriods(recent, 1)
  const horizon =
    asked > 0 ? Math.floor(asked) : Math.min(Math.max(10, period?.length ?? 0), Math.floor(recent.length / 4))
  const { mean, intervals } = forecast(recent, { horizon, budgetMs: 5000, now: performance.now.bind(performance) })
  const [band] = intervals
  const last = times.at(-1) as number
  const step = (last - (times[times.length - recent.length] as number)) / (recent.length - 1) || 1
  const ahead = mean.map((_, i) => last + step * (i + 1))
  return { times: ahead, mean, lower: band?.lower ?? mean, upper: band?.upper ?? mean }
}
