import type pg from 'pg'
import { invalid, notFound } from '../errors/index.ts'
import type { Db } from '../storage/index.ts'
import type { Log } from '../telemetry/index.ts'
import { createDelivery, type Delivery } from './delivery/delivery.ts'
import type { Bus, Subscription } from './face.ts'
import { outboxRows } from './fact.ts'
import { type Backoff, fullJitter } from './lane/backoff.ts'
import { createLedger } from './ledger.ts'
import { createRetention } from './log/retention.ts'
import { createSequencer } from './log/sequencer.ts'
import { createLogStore } from './log/store.ts'
import { createWatch } from './log/watch.ts'

export interface BusParts {
  db: Db
  pool: pg.Pool
  log: Log
  now: () => Date
  newId: () => string
  /** Days that facts are kept; 30 unless said. */
  keepDays?: number
  backoff?: Backoff
}

/** Group names travel in announcements, where a space parts words. */
const GROUP = /^[a-z0-9][a-z0-9._:/-]{0,99}$/
/** Seconds a fact may wait in the outbox before health tells of it. */
const OUTBOX_LATE = 30

/** The event log on PostgreSQL; docs/adr/0006-event-log.md says how it works and why. */
export function createBus({ db, pool, log, now, newId, keepDays = 30, backoff = fullJitter }: BusParts): Bus {
  const subscriptions: Subscription[] = []
  const store = createLogStore(db)
  const retention = createRetention({ db, keep: keepDays })
  const hard = new AbortController()
  const watch = createWatch({ db, log, stopped: hard.signal })
  let delivery: Delivery | undefined
  const sequencer = createSequencer({
    db,
    log,
    now,
    partition: retention.partition,
    appended: (what) => delivery?.appended(what),
  })

  const publishAll: Bus['publishAll'] = async (tx, type, facts) => {
    const outbox = createLogStore(tx)
    for (const row of outboxRows(type, facts, { now, newId })) sequencer.published(await outbox.publish(row))
  }

  /** In the caller's transaction, or one of its own. */
  const within = <T>(tx: Db | undefined, work: (tx: Db) => Promise<T>): Promise<T> =>
    tx ? work(tx) : db.transaction().execute(work)

  return {
    publishAll,
    publish: (tx, type, fact) => publishAll(tx, type, [fact]),
    subscribe(subscription) {
      const { group } = subscription
      if (!GROUP.test(group)) throw new TypeError(`"${group}" cannot name a consumer group: it must match ${GROUP}`)
      if (subscriptions.some((other) => other.group === group))
        throw new TypeError(`the consumer group ${group} is subscribed twice; give each consumer a group of its own`)
      if (delivery) throw new TypeError(`the consumer group ${group} came after the start of the event log`)
      subscriptions.push(subscription as unknown as Subscription)
    },
    watch: (types, hear) =>
      watch.add({ types: types.map(({ type }) => type), hear: hear as Parameters<typeof watch.add>[0]['hear'] }),
    async replay(group, from, tx) {
      if (Number.isNaN(from.getTime())) throw invalid('the time to replay from is not a time')
      const position = (await store.placeBefore(from)) ?? (await store.head())
      const at = await within(tx, (own) => createLedger(own).moveBack(group, position, now()))
      if (at === undefined) throw notFound(`the consumer group ${group}`)
      return at
    },
    deadLetters: {
      list: createLedger(db).list,
      show: createLedger(db).show,
      replay: async (id, tx) => (await within(tx, (own) => createLedger(own).revive(id, now()))) !== undefined,
      drop: (id, tx = db) => createLedger(tx).drop(id),
    },
    facts: store.recent,
    positions: async () => createLedger(db).positions(await store.head()),
    async troubles() {
      const waiting = await store.oldestInOutbox()
      const seconds = waiting ? Math.round((now().getTime() - waiting.getTime()) / 1000) : 0
      return [
        ...(sequencer.failing() ? ['facts cannot be appended to the event log; the log of the program says why'] : []),
        ...(seconds > OUTBOX_LATE ? [`a published fact has waited ${seconds} s to enter the event log`] : []),
        ...(delivery && !delivery.connected() ? ['the connection that hands out facts is lost'] : []),
        ...(await retention.troubles(now())),
      ]
    },
    async start() {
      await retention.partition(now())
      const started = createDelivery({ db, pool, log, now, newId, backoff, watch, hard }, subscriptions)
      delivery = started
      const stopDelivery = await started.start()
      const stopSequencer = sequencer.start()
      return async () => {
        await Promise.all([stopSequencer(), stopDelivery()])
      }
    },
  }
}
