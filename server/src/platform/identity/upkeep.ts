import type { Log } from '../telemetry/index.ts'
import { HOUR, MINUTE } from './face.ts'

interface Upkeep {
  /** What gathers sightings in memory and has to write them: when sessions and keys were last seen. */
  gather: readonly { flush(): Promise<void> }[]
  /** What holds things that expire. */
  expire: readonly { tidy(): Promise<void> }[]
  /** Begins to hear, in this process, of changes that another one made; answers how to stop. */
  listen(): () => void
  log: Log
}

/** The recurring work of the room. A failed round is told and made good by the next one. */
export function createUpkeep({ gather, expire, listen, log }: Upkeep) {
  const flush = async () => {
    for (const part of gather) await part.flush()
  }
  const tidy = async () => {
    for (const part of expire) await part.tidy()
  }
  return {
    tidy,
    async start(): Promise<() => Promise<void>> {
      let running = Promise.resolve()
      const run = (work: () => Promise<void>) => () => {
        running = running.then(work).catch((error: unknown) => log.error({ err: error }, 'upkeep of identity failed'))
      }
      const timers = [setInterval(run(flush), MINUTE / 2), setInterval(run(tidy), HOUR)]
      for (const timer of timers) timer.unref()
      const deaf = listen()
      return async () => {
        deaf()
        for (const timer of timers) clearInterval(timer)
        await running
        await flush()
      }
    },
  }
}
