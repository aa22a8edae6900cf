import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { Db } from '../../storage/index.ts'
import type { Log } from '../../telemetry/index.ts'
import type { Subscription } from '../face.ts'
import type { Backoff } from '../lane/backoff.ts'
import { createTurns } from '../lane/turn.ts'
import { createListener } from '../log/listener.ts'
import type { Appended } from '../log/sequencer.ts'
import { createLogStore } from '../log/store.ts'
import type { Watch } from '../log/watch.ts'
import { createGroup, type Group, LANES } from './group.ts'
import { createLimit } from './limit.ts'
import { createOwnership, type Ownership } from './ownership.ts'
import { createSharing } from './sharing.ts'

/** Milliseconds between two looks: for lanes of processes that died, and at how far idle lanes have come. */
const TEND = 1000
/** Every so many looks parked facts are looked for, in case an announcement was missed. */
const SWEEP = 30
/** A graceful stop lets the handler in hand go on for so many milliseconds. */
const STOP_WITHIN = 2500

export interface DeliveryParts {
  db: Db
  pool: pg.Pool
  log: Log
  now: () => Date
  newId: () => string
  backoff: Backoff
  watch: Watch
  /** Ends the handler in hand and all that waits; `start` aborts it when it is stopped. */
  hard: AbortController
}

/** Hands facts to the groups of this process, for the lanes that it holds. */
export function createDelivery(parts: DeliveryParts, subscriptions: readonly Subscription[]) {
  const { db, pool, log, watch, hard } = parts
  let stopping = false
  let ownership: Ownership | undefined
  let tending: Promise<void> | undefined
  let looks = 0
  // Half of the pool at most: requests must not wait for facts.
  const limit = createLimit(Math.max(1, Math.min(LANES, Math.floor((pool.options.max ?? 10) / 2))))
  const groups = subscriptions.map((subscription) => {
    const turns = createTurns(subscription, { ...parts, stopping: () => stopping, signal: hard.signal })
    return createGroup(subscription, { ...parts, turns, limit, stopped: hard.signal })
  })
  const sharing = createSharing(groups, () => listener.announce('members', 'changed'))
  const share = () => sharing.share(() => (stopping ? undefined : ownership))
  const named = (name: string): Group | undefined => groups.find((group) => group.name === name)

  function appended(what: Appended): void {
    if (stopping) return
    watch.appended(what)
    for (const group of groups) group.appended(what)
  }

  function heard(kind: string, text: string): void {
    if (stopping) return
    const [name = '', head, ...types] = text.split(' ')
    if (kind === 'appended') appended({ from: Number(name), head: Number(head), types })
    else if (kind === 'parked') named(name)?.parkedChanged()
    else if (kind === 'moved')
      named(name)
        ?.moved()
        .catch(() => undefined) // the lane finds out by its row
    else if (kind === 'members') share().catch(() => undefined) // the next look shares again
  }

  const listener = createListener({
    pool,
    log,
    heard,
    async connected(client) {
      ownership = createOwnership(client)
      for (const { name } of groups) await ownership.join(name)
      const head = await createLogStore(db).head()
      await share()
      for (const group of [...groups, watch]) group.wake(head)
    },
    lost() {
      ownership = undefined
      for (const group of groups) void group.release(group.lanes())
    },
  })

  /** Regular care. Costs no query while this process alone holds every lane and nothing has happened. */
  function tend(): Promise<void> {
    tending ??= (async () => {
      try {
        looks++
        if (groups.some((group) => group.lanes().length < LANES)) await share()
        for (const group of groups) await group.pass()
        if (looks % SWEEP === 0) await sweep()
      } catch {
        // The database is away; the next look comes soon, and the listener tells of it.
      } finally {
        tending = undefined
      }
    })()
    return tending
  }

  async function sweep(): Promise<void> {
    const head = await createLogStore(db).head()
    watch.wake(head)
    for (const group of groups) {
      group.wake(head)
      group.parkedChanged()
    }
  }

  return {
    appended,
    connected: listener.connected,
    announce: listener.announce,
    async start(): Promise<() => Promise<void>> {
      watch.begin(await createLogStore(db).head())
      for (const group of groups) await group.prepare()
      await listener.start()
      await listener.announce('members', 'changed')
      const timer = setInterval(() => void (stopping || tend()), TEND)
      timer.unref()
      return async () => {
        stopping = true
        clearInterval(timer)
        const deadline = setTimeout(() => hard.abort(), STOP_WITHIN)
        await Promise.race([leave(), sleep(STOP_WITHIN + 300, undefined, { ref: false })])
        clearTimeout(deadline)
        hard.abort()
        await listener.stop()
      }
    },
  }

  async function leave(): Promise<void> {
    await Promise.allSettled([tending, sharing.settled()])
    await Promise.allSettled(groups.map((group) => group.leave()))
    await listener.announce('members', 'changed').catch(() => undefined) // they will see it by themselves
  }
}
export type Delivery = ReturnType<typeof createDelivery>
