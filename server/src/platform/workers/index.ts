import { availableParallelism } from 'node:os'
import { MessageChannel } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { reasonOf, unavailable } from '../errors/index.ts'

export type { Task } from './task.ts'

export interface RunOptions {
  signal?: AbortSignal
  /** Called with 0..1 and, where the task knows it, what it is at. */
  onProgress?: (done: number, stage?: string) => void
}

export interface Workers {
  /** Runs the function `name` that `module` exports with `input` on another thread; both travel by structured clone. */
  run<T>(task: { module: URL | string; name: string; input: unknown }, options?: RunOptions): Promise<T>
  stats(): { waiting: number; threads: number; completed: number }
  close(): Promise<void>
}

/** A thread that had nothing to do for this long is given back: an idle program should be small. */
const IDLE = 10_000
const LONGEST_QUEUE = 1000

/** Threads for arithmetic, so that training, replay and search never stand on the event loop. */
export function createWorkers({
  threads = Math.max(1, availableParallelism() - 1),
}: {
  threads?: number
} = {}): Workers {
  let pool: Piscina | undefined
  const open = (): Piscina =>
    (pool ??= new Piscina({
      filename: new URL('./task.ts', import.meta.url).href,
      name: 'runTask',
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: IDLE,
      maxQueue: LONGEST_QUEUE,
    }))
  return {
    async run({ module, name, input }, { signal, onProgress } = {}) {
      const { port1, port2 } = new MessageChannel()
      port1.on('message', ({ done, stage }: { done: number; stage?: string }) => onProgress?.(done, stage))
      try {
        return await open().run(
          { module: String(module), name, input, port: port2 },
          { transferList: [port2], ...(signal ? { signal } : {}) },
        )
      } catch (error) {
        if (signal?.aborted) throw unavailable('the calculation was cancelled', { cause: error })
        if (reasonOf(error).includes('Task queue is at limit'))
          throw unavailable('too many calculations are waiting; try again in a moment', { cause: error, retryAfter: 5 })
        throw error
      } finally {
        port1.close()
      }
    },
    stats: () => ({
      waiting: pool?.queueSize ?? 0,
      threads: pool?.threads.length ?? 0,
      completed: pool?.completed ?? 0,
    }),
    close: async () => {
      await pool?.destroy()
    },
  }
}
