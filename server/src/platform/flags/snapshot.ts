import { FlagChanged } from '@bellwether/contract/platform/events'
import type { Bus } from '../bus/index.ts'
import { reasonOf } from '../errors/index.ts'
import type { Db } from '../storage/index.ts'
import type { Log } from '../telemetry/index.ts'
import { type Prepared, prepare, statusOf } from './rules.ts'
import { createFlagStore } from './store.ts'

/** Milliseconds between two looks, for what a broken connection kept from us and for what only time changes. */
const LOOK_EVERY = 30_000

export interface SnapshotParts {
  db: Db
  bus: Pick<Bus, 'watch'>
  log: Log
  now: () => Date
}

/** All flags in memory, as they were committed a moment ago. */
export function createSnapshot({ db, bus, log, now }: SnapshotParts) {
  const store = createFlagStore(db)
  const reported = new Set<string>()
  let flags: ReadonlyMap<string, Prepared> = new Map()
  let revision = -1
  let loading: Promise<void> = Promise.resolve()

  async function load(): Promise<void> {
    const latest = await store.revision() // before the flags: a change in between is then loaded once more
    if (latest === revision) return
    flags = new Map((await store.all()).map(({ definition, salt }) => [definition.key, prepare(definition, salt)]))
    revision = latest
  }

  /** One after the other, so that an older answer never overwrites a newer one. */
  function refresh(): Promise<void> {
    loading = loading.catch(() => undefined).then(load)
    return loading
  }

  const refreshed = () =>
    refresh().catch((error: unknown) =>
      log.warn({ reason: reasonOf(error) }, 'the flags could not be read; those known go on'),
    )

  function reportExpired(): void {
    for (const [key, ready] of flags) {
      if (statusOf(ready, now().getTime()) !== 'expired' || reported.has(key)) continue
      reported.add(key)
      log.warn({ flag: key, owner: ready.flag.owner }, 'a feature flag has expired: remove it or give it more time')
    }
  }

  async function start(): Promise<() => Promise<void>> {
    const deaf = bus.watch([FlagChanged], () => void refreshed())
    await refresh()
    reportExpired()
    const timer = setInterval(() => void refreshed().then(reportExpired), LOOK_EVERY)
    timer.unref()
    return async () => {
      deaf()
      clearInterval(timer)
      await loading.catch(() => undefined)
    }
  }

  return {
    find: (key: string): Prepared | undefined => flags.get(key),
    all: (): Iterable<Prepared> => flags.values(),
    refresh,
    start,
  }
}
export type Snapshot = ReturnType<typeof createSnapshot>
