// A process to be killed: publishes and handles facts as fast as it can, and says on stdout what was acknowledged.
// node victim.ts <json: { connection, first, publish }>
import { writeSync } from 'node:fs'
import { event } from '@bellwether/contract/event'
import { sql } from 'kysely'
import { z } from 'zod'
import { uuidv7 } from '../../ids/index.ts'
import { openDatabase } from '../../storage/index.ts'
import { createLog } from '../../telemetry/index.ts'
import { createBus } from '../index.ts'

const Order = z.object({
  connection: z.record(z.string(), z.unknown()),
  /** Numbers begin here, above all of the rounds before. */
  first: z.number().int(),
  publish: z.boolean(),
})
const Counted = event('bench.number-counted', 1, { summary: 'Counted', data: z.object({ n: z.number() }) })
const PUBLISHERS = 4
const KEYS = 5
/** One in so many facts fails the first time it is handled. */
const FAILS = 150

const { connection, first, publish } = Order.parse(JSON.parse(process.argv[2] ?? '{}'))
const { db, pool } = openDatabase({ connection, pool: 12, statementTimeout: 30_000 })
const log = createLog({ logLevel: 'silent' })
const bus = createBus({ db, pool, log, now: () => new Date(), newId: () => uuidv7(), backoff: () => Math.random() * 30 })
/** A full pipe refuses rather than waits. */
function say(line: string): void {
  for (;;)
    try {
      return void writeSync(1, `${line}\n`)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error
    }
}

const failed = new Set<string>()
bus.subscribe({
  group: 'bench.counter',
  types: [Counted],
  begin: 'oldest',
  attempts: 1000, // each life forgets what failed in the one before: a fact may fail once in every one of them
  async handle({ id, partitionkey, data, position }, tx) {
    if (position % FAILS === 0 && !failed.has(id)) {
      failed.add(id)
      throw new Error('the first time')
    }
    await sql`insert into bench_handled (key, n) values (${partitionkey}, ${data.n})`.execute(tx)
  },
})
await bus.start()

/** Each publisher has keys of its own, and publishes of a key only after the number before was acknowledged. */
async function publisher(nth: number): Promise<never> {
  for (let n = first; ; n++) {
    const keys = Array.from({ length: KEYS }, (_, key) => `${nth}.${key}`)
    await db.transaction().execute((tx) => bus.publishAll(tx, Counted, keys.map((key) => ({ key, data: { n } }))))
    for (const key of keys) say(`${key} ${n}`)
  }
}
if (publish) await Promise.all(Array.from({ length: PUBLISHERS }, (_, nth) => publisher(nth)))
