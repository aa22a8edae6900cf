// How often are the elements that explain a deviation named exactly, and how long does it take?
//   npm run bench -- causes [--data DIR] [--out DIR] [--cases DIR] [--seeds N] [--from SEED] [--verbose]
// RS: real incidents of a ratio measure. generated: own cases of 100,000 leaves from seeds FROM … FROM+N−1 (1 … 40 unless
// told). --cases DIR: any folder of CSV cases with columns dimensions…, real, predict (and truth.json to be scored).
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { leafTable, localise, type Measure } from '../numerics/src/causes/index.ts'
import { type CsvCase, foldersOfCases, realIncidents } from './causes-generator/csv-cases.ts'
import { generateCase } from './causes-generator/generator.ts'
import { type Elements, Tally } from './causes-generator/score.ts'
import { type BenchOptions, report } from './report.ts'

/** Exact-set F1 and seconds a case of the anchors on all 135 RS cases, measured with their own code and defaults. */
const ANCHORS = {
  rs: 'RobustSpot 0.460 (0.15 s), Adtributor 0.274, AutoRoot 0.261, RiskLoc 0.025 (all 135 cases)',
  generated: 'RiskLoc 0.606 (3.4 s), AutoRoot 0.459 on 60 cases of 48,000 leaves of the like (its set S)',
}

interface Answer {
  case: string
  causes: Elements[]
}

export async function run(options: BenchOptions): Promise<void> {
  const figures: Record<string, unknown> = {}
  const { cases } = options.flags
  if (typeof cases === 'string') {
    figures.cases = scoreAll('cases', foldersOfCases(cases), options)
  } else {
    const folder = `${options.data}/rs`
    if (existsSync(`${folder}/anomaly.yaml`)) figures.rs = scoreAll('rs', realIncidents(folder), options)
    else console.log(`RS: no data at ${folder}; name the folder by --data or BENCH_DATA`)
    figures.generated = scoreAll('generated', generated(options), options)
    console.log(`anchors RS: ${ANCHORS.rs}\nanchors generated: ${ANCHORS.generated}`)
  }
  report('causes', figures)
}

function* generated({ flags }: BenchOptions): Generator<CsvCase> {
  const first = Number(flags.from ?? 1)
  for (let seed = first; seed < first + Number(flags.seeds ?? 40); seed++) {
    const { names, rows, real, expected, causes } = generateCase(seed)
    yield { name: String(seed), names, rows, measure: { kind: 'sum', real, expected }, truth: causes }
  }
}

function scoreAll(set: string, all: Iterable<CsvCase>, options: BenchOptions) {
  const tally = new Tally()
  const answers: Answer[] = []
  for (const one of all) {
    const [started, used] = [performance.now(), process.cpuUsage()]
    const causes = explain(one)
    const { user, system } = process.cpuUsage(used)
    const spent = { milliseconds: performance.now() - started, cpu: (user + system) / 1000 }
    const right = tally.add(causes, one.truth, spent)
    answers.push({ case: one.name, causes })
    if (options.flags.verbose && !right) console.log(one.name, JSON.stringify({ truth: one.truth, causes }))
  }
  if (options.out) {
    mkdirSync(options.out, { recursive: true })
    // Cases of one's own are written under the name of the real ones too, for scorers that know only that.
    for (const name of set === 'cases' ? ['cases', 'rs'] : [set]) {
      writeFileSync(`${options.out}/${name}.json`, JSON.stringify(answers))
    }
  }
  const figures = tally.figures()
  const scored = tally.wanted > 0
  console.log(
    `${set}: ${scored ? `exact-set F1 ${figures.f1} (P ${figures.precision}, R ${figures.recall})` : 'no truth to score'}, ` +
      `${figures.cases} cases, ${figures.secondsMean} s a case, at most ${figures.secondsMost} s`,
  )
  return scored ? figures : { cases: figures.cases, secondsMean: figures.secondsMean, secondsMost: figures.secondsMost }
}

function explain({ names, rows, measure }: { names: string[]; rows: string[][]; measure: Measure }): Elements[] {
  return localise(leafTable(names, rows), measure).causes.map((cause) => cause.elements)
}
