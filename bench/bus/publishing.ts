// Durable publishing in batches, one transaction a batch, against a plain insert of the same rows in the same run.
import { setTimeout as sleep } from 'node:timers/promises'
import { median } from '../report.ts'
import { type BenchLog, OrderPlaced, orderPlaced } from './thing.ts'

const FACTS = 60_000
const BATCH = 500
const PUBLISHERS = 4
const ROUNDS = 5

export async function publishing(database: BenchLog) {
  const { pool, db } = database
  await pool.query(
    'create table plain (n bigint generated always as identity primary key, id uuid, type text, key text, time timestamptz, data json)',
  )
  const bus = database.newBus()
  const stop = await bus.start()
  const publish: number[] = []
  const inLog: number[] = []
  const plain: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    plain.push(await rate((facts) => insertPlain(facts)))
    const before = await count()
    const began = performance.now()
    publish.push(await rate((facts) => db.transaction().execute((tx) => bus.publishAll(tx, OrderPlaced, facts))))
    while ((await count()) < before + FACTS) await sleep(5)
    inLog.push((FACTS / (performance.now() - began)) * 1000)
  }
  await stop()
  return { publish: median(publish), inLog: median(inLog), plain: median(plain), rounds: ROUNDS, batch: BATCH }

  async function count(): Promise<number> {
    const { rows } = await pool.query<{ position: number }>('select position from platform.event_head')
    return rows[0]?.position ?? 0
  }

  async function insertPlain(facts: readonly ReturnType<typeof orderPlaced>[]): Promise<void> {
    await pool.query(
      `insert into plain (id, type, key, time, data) select gen_random_uuid(), $1, k, now(), d
       from unnest($2::text[], $3::json[]) as f (k, d)`,
      [OrderPlaced.type, facts.map(({ key }) => key), facts.map(({ data }) => JSON.stringify(data))],
    )
  }
}

/** Facts a second, over publishers that each wait for their commit. */
async function rate(publish: (facts: ReturnType<typeof orderPlaced>[]) => Promise<unknown>): Promise<number> {
  let next = 0
  const began = performance.now()
  await Promise.all(
    Array.from({ length: PUBLISHERS }, async () => {
      while (next < FACTS) {
        const first = next
        next += BATCH
        await publish(Array.from({ length: BATCH }, (_, index) => orderPlaced(first + index)))
      }
    }),
  )
  return (FACTS / (performance.now() - began)) * 1000
}
