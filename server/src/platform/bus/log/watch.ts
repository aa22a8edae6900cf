import type { Fact } from '@bellwether/contract/event'
import { reasonOf } from '../../errors/index.ts'
import type { Db } from '../../storage/index.ts'
import type { Log } from '../../telemetry/index.ts'
import { SLOTS } from '../fact.ts'
import { createLogStore, type Logged } from './store.ts'
import { createTail } from './tail.ts'

export interface Watcher {
  types: readonly string[]
  hear: (fact: Fact) => void
}

const ALL_SLOTS = Array.from({ length: SLOTS }, (_, slot) => slot)

/** What this process wants to hear of as it happens, for what it keeps in memory. */
export function createWatch({ db, log, stopped }: { db: Db; log: Log; stopped: AbortSignal }) {
  const store = createLogStore(db)
  const watchers = new Set<Watcher>()
  const types = () => [...new Set([...watchers].flatMap((watcher) => watcher.types))]

  function tell(fact: Fact): void {
    for (const { types, hear } of watchers) {
      if (!types.includes(fact.type)) continue
      try {
        hear(fact)
      } catch (error) {
        log.error({ type: fact.type, position: fact.position, reason: reasonOf(error) }, 'a watcher of facts failed')
      }
    }
  }

  const tail = createTail({
    types,
    read: (after, upTo, limit) => store.read({ after, upTo, types: types(), slots: ALL_SLOTS, limit }),
    arrived: (logged: readonly Logged[] = []) => {
      for (const { fact } of logged) tell(fact)
    },
    stopped,
  })

  return {
    ...tail,
    add(watcher: Watcher): () => void {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
  }
}
export type Watch = ReturnType<typeof createWatch>
