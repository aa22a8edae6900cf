// From the moment a fact should be published to the moment it has been handled, at a fixed rate.
import { setTimeout as sleep } from 'node:timers/promises'
import { median } from '../report.ts'
import { type BenchLog, OrderPlaced, orderPlaced } from './thing.ts'

const RATE = 5000
const SECONDS = 8
/** Facts a transaction: 500 transactions a second. */
const BATCH = 10
const ROUNDS = 3
/** Not counted: first plans, first pages. */
const WARM_UP = 2 * RATE

export async function delay(database: BenchLog) {
  const bus = database.newBus()
  const due: number[] = []
  let delays: number[] = []
  let handled = 0
  bus.subscribe({
    group: 'bench.delay',
    types: [OrderPlaced],
    async handle({ data }) {
      handled++
      if (data.n >= WARM_UP) delays.push(performance.now() - (due[data.n] ?? Number.NaN))
    },
  })
  const stop = await bus.start()
  const rounds: { p50: number; p99: number; commit: number }[] = []
  for (let round = 0; round < ROUNDS; round++) {
    delays = []
    handled = 0
    const commit = await atRate((facts, from) => {
      for (let index = 0; index < facts.length; index++) due[facts[index]?.data.n ?? 0] = from
      return database.db.transaction().execute((tx) => bus.publishAll(tx, OrderPlaced, facts))
    })
    while (handled < RATE * SECONDS) await sleep(10)
    rounds.push({ ...percentiles(delays), commit })
  }
  await stop()
  const of = (name: 'p50' | 'p99' | 'commit') => median(rounds.map((round) => round[name]))
  return { p50: of('p50'), p99: of('p99'), commitP99: of('commit'), rate: RATE, rounds: ROUNDS }
}

/** Publishes by the clock, however long publishing takes; answers the 99th percentile of the time to the commit. */
async function atRate(
  publish: (facts: ReturnType<typeof orderPlaced>[], due: number) => Promise<unknown>,
): Promise<number> {
  const began = performance.now()
  const commits: number[] = []
  const open: Promise<unknown>[] = []
  for (let n = 0; n < RATE * SECONDS; n += BATCH) {
    const due = began + (n / RATE) * 1000
    const early = due - performance.now()
    if (early >= 1) await sleep(early)
    const facts = Array.from({ length: BATCH }, (_, index) => orderPlaced(n + index))
    open.push(publish(facts, due).then(() => n >= WARM_UP && commits.push(performance.now() - due)))
  }
  await Promise.all(open)
  return percentiles(commits).p99
}

function percentiles(values: readonly number[]): { p50: number; p99: number } {
  const sorted = Float64Array.from(values).sort()
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99) }
}
