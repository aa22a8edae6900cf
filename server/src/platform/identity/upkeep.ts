import { HOUR, MINUTE } from './face.ts'

interface Upkeep {
  /** Writes what was gathered in memory: when sessions and keys were last seen. */
  flush(): Promise<void>
  /** Throws away what has expired. */
  tidy(): Promise<void>
  failed(error: unknown): void
}

/** Runs the recurring work of the room. A failed round is told and made good by the next one. */
export function startUpkeep({ flush, tidy, failed }: Upkeep): () => Promise<void> {
  let running = Promise.resolve()
  const run = (work: () => Promise<void>) => () => {
    running = running.then(work).catch(failed)
  }
  const timers = [setInterval(run(flush), MINUTE / 2), setInterval(run(tidy), HOUR)]
  for (const timer of timers) timer.unref()
  return async () => {
    for (const timer of timers) clearInterval(timer)
    await running
    await flush()
  }
}
