// What the event log holds: how fast it takes facts durably, how soon they are handled, what kill -9 costs.
import { killRounds } from '../server/src/platform/bus/testdata/kill-rounds.ts'
import { delay } from './bus/delay.ts'
import { publishing } from './bus/publishing.ts'
import { type BenchLog, benchLog } from './bus/thing.ts'
import { type BenchOptions, report } from './report.ts'

const KILLS = 50

export async function run({ flags }: BenchOptions): Promise<void> {
  const kills = Number(flags.kills ?? KILLS)
  const speed = await onNewLog(publishing)
  const count = (value: number) => Math.round(value).toLocaleString('en')
  console.log(`publish, durable   ${count(speed.publish)} facts/s in batches of ${speed.batch} (bar 30,000)`)
  console.log(`… until in the log ${count(speed.inLog)} facts/s`)
  console.log(`plain insert       ${count(speed.plain)} rows/s of the same facts, for comparison`)

  const wait = await onNewLog(delay)
  console.log(
    `publish to handled p50 ${wait.p50.toFixed(1)} ms, p99 ${wait.p99.toFixed(1)} ms at ${count(wait.rate)} facts/s (bar p99 50 ms)`,
  )
  console.log(`commit alone       p99 ${wait.commitP99.toFixed(1)} ms at the same time: the floor of the above`)

  const toll = await onNewLog((database) =>
    killRounds({
      ...database,
      rounds: kills,
      load: [100, 600],
      progress: (round, acknowledged) => {
        if (round % 10 === 0) console.log(`kill -9, round ${round}: ${count(acknowledged)} facts acknowledged`)
      },
    }),
  )
  console.log(
    `${toll.rounds} kills: ${count(toll.acknowledged)} acknowledged, ${toll.lost} lost, ${toll.repeated} handled twice, ${toll.inversions} out of order (bar 0)`,
  )
  report('bus', { publishing: speed, delay: wait, kills: toll })
  if (toll.lost + toll.repeated + toll.inversions > 0) process.exitCode = 1
}

async function onNewLog<T>(measure: (database: BenchLog) => Promise<T>): Promise<T> {
  const database = await benchLog()
  try {
    return await measure(database)
  } finally {
    await database.close()
  }
}
