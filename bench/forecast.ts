// How accurate, how honest and how dear the forecasts are, on the public M3 and M4 series.
// npm run bench -- forecast [--set=m3] [--every=10] [--budget=MS] [--out DIR]
import { mkdirSync, writeFileSync } from 'node:fs'
import {
  dynamicOptimisedTheta,
  type Forecast,
  forecast,
  type Method,
  naive2,
  owa,
  seasonalNaive,
  theta,
} from '@bellwether/numerics/forecast'
import { type Answer, type Score, scoreOf } from './forecast-sets/score.ts'
import { type BenchSeries, type ForecastSet, readSet, SETS } from './forecast-sets/sets.ts'
import { type BenchOptions, report } from './report.ts'

const ANCHORS: readonly Method[] = [naive2, seasonalNaive, theta, dynamicOptimisedTheta]

export async function run(options: BenchOptions): Promise<void> {
  const figures: Record<string, unknown> = {}
  for (const set of SETS.filter(({ name }) => !options.flags.set || options.flags.set === name)) {
    const all = readSet(options.data, set)
    if (!all) {
      console.log(`${set.name}: no ${set.file} in ${options.data}; nothing measured`)
      continue
    }
    const every = Number(options.flags.every ?? 1)
    const series = all.filter((_, i) => i % every === 0)
    figures[set.name] = measure(set, series, options)
  }
  report('forecast', figures)
}

function measure(set: ForecastSet, series: readonly BenchSeries[], options: BenchOptions) {
  console.log(`\n${set.name}: ${series.length} series`)
  const anchors = ANCHORS.map((method) => ({
    name: method.name,
    score: scoreOf(
      series,
      series.map((one) => simple(method, one)),
    ),
  }))
  const reference = anchors[0]?.score as Score
  for (const { name, score } of anchors) print(name, score, reference)
  const { answers, times } = ensemble(series, options)
  const score = scoreOf(series, answers)
  print('ensemble', score, reference)
  console.log(`  ${'published'.padEnd(26)} ${set.published}`)
  groupLines(series, answers)
  const cost = costOf(times)
  console.log(
    `  cost, one core: ${cost.seconds.toFixed(1)} s, p95 ${cost.p95Ms.toFixed(0)} ms a series (processor alone ${cost.cpuSeconds.toFixed(1)} s, p95 ${cost.cpuP95Ms.toFixed(0)} ms)`,
  )
  if (options.out) write(options.out, set, series, answers)
  const gated = answers.filter(({ gate }) => gate && gate.naiveShare > 0).length
  return { series: series.length, ...rounded({ ...score, owa: owa(score, reference), ...cost }), gated }
}

/** Anchors see one season at most, as the competitions' own did: the M4 counts weekly series as having none. */
function simple(method: Method, { values, actual, yardstickLag }: BenchSeries): Answer {
  const model = method.fit({ values, periods: yardstickLag > 1 ? [yardstickLag] : [] })
  return { mean: model?.forecast(actual.length) ?? new Float64Array(actual.length).fill(values.at(-1) as number) }
}

function ensemble(series: readonly BenchSeries[], { flags }: BenchOptions) {
  const times: Time[] = []
  const answers = series.map(({ values, periods, actual }) => {
    const start = performance.now()
    const before = process.cpuUsage()
    const answer: Forecast = forecast(values, {
      horizon: actual.length,
      periods,
      now: () => performance.now(),
      ...(flags.budget ? { budgetMs: Number(flags.budget) } : {}),
    })
    const { user, system } = process.cpuUsage(before)
    times.push({ wall: performance.now() - start, cpu: (user + system) / 1000 })
    const interval = answer.intervals[0]
    return { mean: answer.mean, gate: answer.gate, ...(interval ? { interval } : {}) }
  })
  return { answers, times }
}

/** Milliseconds: by the clock, and of processor time, which neighbours on the machine do not lengthen. */
interface Time {
  readonly wall: number
  readonly cpu: number
}

function costOf(times: readonly Time[]) {
  const p95 = (list: readonly number[]) => list.toSorted((a, b) => a - b)[Math.ceil(0.95 * list.length) - 1] as number
  const sum = (list: readonly number[]) => list.reduce((total, time) => total + time, 0) / 1000
  const [walls, cpus] = [times.map(({ wall }) => wall), times.map(({ cpu }) => cpu)]
  return { seconds: sum(walls), p95Ms: p95(walls), cpuSeconds: sum(cpus), cpuP95Ms: p95(cpus) }
}

function print(name: string, score: Score, reference: Score): void {
  const intervals = Number.isNaN(score.msis)
    ? ''
    : `  coverage ${(100 * score.coverage).toFixed(1)} %  MSIS ${score.msis.toFixed(2)}`
  const point = `sMAPE ${score.smape.toFixed(3)}  MASE ${score.mase.toFixed(3)}  OWA ${owa(score, reference).toFixed(4)}`
  console.log(`  ${name.padEnd(26)} ${point}${intervals}`)
}

function groupLines(series: readonly BenchSeries[], answers: readonly Answer[]): void {
  const groups = [...new Set(series.map(({ group }) => group))]
  if (groups.length < 2) return
  for (const group of groups) {
    const places = series.flatMap((one, i) => (one.group === group ? [i] : []))
    const score = scoreOf(
      places.map((i) => series[i] as BenchSeries),
      places.map((i) => answers[i] as Answer),
    )
    const point = `sMAPE ${score.smape.toFixed(2)}  MASE ${score.mase.toFixed(3)}`
    console.log(`    ${group.toLowerCase().padEnd(24)} ${point}  coverage ${(100 * score.coverage).toFixed(1)} %`)
  }
}

function write(folder: string, set: ForecastSet, series: readonly BenchSeries[], answers: readonly Answer[]): void {
  mkdirSync(folder, { recursive: true })
  const rows = series.map(({ id }, i) => {
    const { mean, interval } = answers[i] as Answer
    return { id, mean: [...mean], lower95: [...(interval?.lower ?? [])], upper95: [...(interval?.upper ?? [])] }
  })
  writeFileSync(`${folder}/${set.name}.json`, JSON.stringify(rows))
}

function rounded(figures: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Math.round(value * 1e4) / 1e4]))
}
