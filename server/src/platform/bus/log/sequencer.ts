import { reasonOf } from '../../errors/index.ts'
import type { Db } from '../../storage/index.ts'
import type { Log } from '../../telemetry/index.ts'
import { createLogStore } from './store.ts'

/** Facts appended in one transaction. */
const MOST = 5000
/** Milliseconds from a publication to the first look; doubled while it has not committed. */
const SOON = 1
/** Milliseconds to the next look when facts were found: those of many publishers come in one transaction. */
const PACE = 4
const LATER = 250
/** Milliseconds after which a transaction that published and is still open is left to the slow look. */
const PATIENCE = 3000
/** Milliseconds between looks when nothing was published here: finds what a process left that died after its commit. */
const SLOW = 1000

/** What came into the log, between two positions. */
export interface Appended {
  from: number
  head: number
  types: readonly string[]
}

export interface SequencerParts {
  db: Db
  log: Log
  now: () => Date
  /** Makes the partition that facts of this time go to. */
  partition: (now: Date) => Promise<void>
  appended: (appended: Appended) => void
}

/**
 * Moves what was published into the log. Every process does it for what it published; the lock of the head row lets
 * one at a time, so that nobody need be elected and nobody's death is waited for.
 */
export function createSequencer({ db, log, now, partition, appended }: SequencerParts) {
  const store = createLogStore(db)
  /** Outbox rows this process wrote and has not seen moved. */
  const pending = new Set<number>()
  let stopping = false
  let lastPublished = 0
  let wait = SOON
  let awake: (() => void) | undefined
  let failing = false

  /** Appends once; true when there was something. */
  async function append(): Promise<boolean> {
    const at = now()
    await partition(at)
    const { head, moved, types, batches, busy } = await store.sequence(at, MOST)
    for (const id of batches ?? []) pending.delete(id)
    if (head === null) return busy
    appended({ from: head - moved, head, types: types ?? [] })
    return true
  }

  async function run(): Promise<void> {
    while (!stopping) {
      try {
        const found = await append()
        failing = false
        wait = found ? PACE : Math.min(LATER, wait * 2)
      } catch (error) {
        if (stopping) return
        if (!failing) log.warn({ reason: reasonOf(error) }, 'facts cannot be appended to the log now')
        failing = true
        wait = LATER
      }
      await rest()
    }
  }

  function rest(): Promise<void> {
    if (performance.now() - lastPublished > PATIENCE) pending.clear()
    return new Promise((rested) => {
      if (stopping) return rested()
      const timer = setTimeout(rested, pending.size > 0 ? wait : SLOW)
      awake = () => {
        clearTimeout(timer)
        rested()
      }
    })
  }

  return {
    /** Something was published; its transaction may not have committed yet. */
    published(outboxId: number): void {
      const hurry = pending.size === 0 || wait > PACE
      pending.add(outboxId)
      lastPublished = performance.now()
      if (!hurry) return
      wait = SOON
      awake?.()
    },
    failing: () => failing,
    start(): () => Promise<void> {
      const running = run()
      return async () => {
        stopping = true
        awake?.()
        await running
      }
    },
  }
}
