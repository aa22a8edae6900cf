// Are lagged links between series found, at the right lag, without the false ones that common drivers and memory make?
//   npm run bench -- links [--seeds N] [--from SEED] [--out DIR]
// Seeded systems of 10 series (causes-links/generator.ts) against pairwise Granger and tigramite's PCMCI, run once on the
// same systems (causes-links/README.md). F1 counts a link when both ends and the lag are right; links pass
// Benjamini–Hochberg at 0.05 for all three. False positives: share of absent links with p ≤ 0.05.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { adjustForDiscovery, conditionalLinks, grangerTest } from '../numerics/src/causes/index.ts'
import { type DrivenSystem, generateSystem } from './causes-links/generator.ts'
import { LinkTally, type Place, type Verdict } from './causes-links/score.ts'
import { type BenchOptions, median, report } from './report.ts'

const MOST_LAG = 5
const LEVEL = 0.05

export async function run(options: BenchOptions): Promise<void> {
  const first = Number(options.flags.from ?? 1)
  const systems = Array.from({ length: Number(options.flags.seeds ?? 20) }, (_, k) => generateSystem(first + k))
  const { tally: ours, milliseconds } = timed(systems, conditional)
  const { tally: granger } = timed(systems, pairwise)
  const reference = recorded()
  const known = systems.filter((system) => reference.has(system.seed))
  const figures: Record<string, unknown> = { conditional: ours.figures(), granger: granger.figures(), milliseconds }
  if (known.length === systems.length) {
    figures.tigramite = timed(known, ({ seed }) => reference.get(seed) as Verdict).tally.figures()
  } else console.log('tigramite was not run on all of these seeds; its record covers 1 to 20')
  for (const [name, value] of Object.entries(figures)) console.log(name, JSON.stringify(value))
  if (options.out) write(options.out, systems)
  report('links', { systems: systems.length, ...figures })
}

function timed(systems: readonly DrivenSystem[], judge: (system: DrivenSystem) => Verdict) {
  const tally = new LinkTally()
  const times = systems.map((system) => {
    const started = performance.now()
    const verdict = judge(system)
    const spent = performance.now() - started
    tally.add(verdict, system.links, system.series.length * (system.series.length - 1) * MOST_LAG)
    return spent
  })
  return { tally, milliseconds: Math.round(median(times) * 10) / 10 }
}

function conditional({ series }: DrivenSystem): Verdict {
  const { links, tested } = conditionalLinks(series, { maxLag: MOST_LAG, falseDiscovery: LEVEL })
  const below = tested.filter(({ from, to, p }) => from !== to && p <= LEVEL)
  const place = ({ from, to, lag }: (typeof tested)[number]): Place => [from, to, lag]
  return { below: below.map(place), believed: links.map(place) }
}

/** Granger says one lag a pair, that of the most telling coefficient. */
function pairwise({ series }: DrivenSystem): Verdict {
  const tests = series.flatMap((x, from) =>
    series.flatMap((y, to) => (from === to ? [] : [{ from, to, ...grangerTest(x, y, MOST_LAG) }])),
  )
  const adjusted = adjustForDiscovery(tests.map((test) => test.p))
  const places = (chosen: typeof tests) => chosen.map(({ from, to, lag }): Place => [from, to, lag])
  return {
    below: places(tests.filter((test) => test.p <= LEVEL)),
    believed: places(tests.filter((_, i) => (adjusted[i] as number) <= LEVEL)),
  }
}

function recorded(): Map<number, Verdict> {
  const file = `${import.meta.dirname}/causes-links/tigramite.json`
  const answers = JSON.parse(readFileSync(file, 'utf8')) as { seed: number; below5percent: Place[]; links: Place[] }[]
  return new Map(answers.map(({ seed, below5percent, links }) => [seed, { below: below5percent, believed: links }]))
}

function write(folder: string, systems: readonly DrivenSystem[]): void {
  mkdirSync(folder, { recursive: true })
  const plain = systems.map(({ seed, series, links }) => ({ seed, links, series: series.map((values) => [...values]) }))
  writeFileSync(`${folder}/links-systems.json`, JSON.stringify(plain))
}
