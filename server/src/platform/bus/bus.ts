import type pg from 'pg'
import type { Db } from '../storage/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { Bus } from './face.ts'
import { outboxRows } from './fact.ts'
import { createLogStore } from './log/store.ts'

export interface BusParts {
  db: Db
  pool: pg.Pool
  log: Log
  now: () => Date
  newId: () => string
}

/** The event log on PostgreSQL. */
export function createBus({ now, newId }: BusParts): Bus {
  const publishAll: Bus['publishAll'] = async (tx, type, facts) => {
    const store = createLogStore(tx)
    for (const row of outboxRows(type, facts, { now, newId })) await store.publish(row)
  }
  const notYet = () => Promise.reject(new Error('not built yet'))
  return {
    publishAll,
    publish: (tx, type, fact) => publishAll(tx, type, [fact]),
    subscribe: () => undefined,
    replay: notYet,
    deadLetters: { list: notYet, show: notYet, replay: notYet, drop: notYet },
    start: async () => async () => undefined,
  }
}
