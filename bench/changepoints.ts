// How well do we find where a series changed its course, with fixed defaults? (Turing change point data set)
import { mkdirSync, writeFileSync } from 'node:fs'
import { changePoints } from '../numerics/src/changepoints/index.ts'
import { loadTcpd, type TcpdSeries } from './changes/load.ts'
import { covering, fMeasure } from './changes/score.ts'
import { type BenchOptions, report } from './report.ts'

/** The published mean leaves the quality control series and uk_coal_employ out, and is over series of one dimension. */
const LEFT_OUT = /^(quality_control_|uk_coal_employ)/

export async function run({ data, out }: BenchOptions): Promise<void> {
  const all = loadTcpd(data)
  if (!all) {
    console.log(`There is no change point data in ${data}/tcpd.`)
    return report('changepoints', { absent: true })
  }
  const start = performance.now()
  const found = new Map(all.map((one) => [one.name, changePoints(one.series)]))
  const ms = performance.now() - start
  const scored = all.filter(
    ({ series, annotations, name }) => series.length === 1 && annotations.length > 0 && !LEFT_OUT.test(name),
  )
  const ours = mean(scored, (one) => found.get(one.name) ?? [])
  const none = mean(scored, () => [])
  for (const one of all.filter(({ annotations }) => annotations.length > 0)) {
    const points = found.get(one.name) ?? []
    const n = one.series[0]?.length ?? 0
    const [f1, cover] = [fMeasure(one.annotations, points), covering(one.annotations, points, n)]
    console.log(`${one.name.padEnd(24)} F1 ${f1.toFixed(3)}  cover ${cover.toFixed(3)}  ${JSON.stringify(points)}`)
  }
  console.log(`\n${scored.length} scorable series, F1 / cover:`)
  console.log(`ours          ${ours.f1.toFixed(3)} / ${ours.cover.toFixed(3)}   (bar 0.690 / 0.655, reach 0.75 / 0.70)`)
  console.log(`no change     ${none.f1.toFixed(3)} / ${none.cover.toFixed(3)}   (the same series, predicting none)`)
  console.log('published over 25 series: binseg 0.690/0.655, pelt 0.685/0.656, bocpd 0.656/0.591, none 0.647/0.557')
  if (out) {
    mkdirSync(out, { recursive: true })
    writeFileSync(`${out}/tcpd.json`, `${JSON.stringify(Object.fromEntries(found), undefined, 1)}\n`)
  }
  report('changepoints', { series: scored.length, ...ours, none, ms: Math.round(ms) })
}

function mean(series: readonly TcpdSeries[], predict: (one: TcpdSeries) => number[]): { f1: number; cover: number } {
  let f1 = 0
  let cover = 0
  for (const one of series) {
    const points = predict(one)
    f1 += fMeasure(one.annotations, points) / series.length
    cover += covering(one.annotations, points, one.series[0]?.length ?? 0) / series.length
  }
  return { f1, cover }
}
