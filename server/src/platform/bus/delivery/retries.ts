import type { Db } from '../../storage/index.ts'
import type { Lane } from '../lane/lane.ts'
import { createDeliveryStore } from '../lane/store.ts'

/** Milliseconds between two looks at parked facts, however soon the next is due. */
const SOONEST = 20
const LATEST = 60_000
const AFTER_OUTAGE = 1000

/** Looks for parked facts that are due, whenever the next is, and has their lanes try them. */
export function createRetries(
  { db, now, stopped }: { db: Db; now: () => Date; stopped: AbortSignal },
  group: string,
  lanes: ReadonlyMap<number, Lane>,
) {
  const store = createDeliveryStore(db)
  let timer: NodeJS.Timeout | undefined

  async function look(): Promise<void> {
    if (stopped.aborted || lanes.size === 0) return
    const own = [...lanes.keys()]
    for (const { lane, key } of await store.due(group, own, now())) lanes.get(lane)?.retry(key)
    const next = await store.nextRetry(group, own)
    if (next) lookIn(next.getTime() - now().getTime())
  }

  function lookIn(milliseconds: number): void {
    clearTimeout(timer)
    if (stopped.aborted) return
    const wait = Math.min(LATEST, Math.max(SOONEST, milliseconds))
    timer = setTimeout(() => look().catch(() => lookIn(AFTER_OUTAGE)), wait).unref()
  }

  return { soon: () => lookIn(0), stop: () => clearTimeout(timer) }
}
