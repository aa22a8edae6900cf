import type { JobWithMetadata } from 'pg-boss'
import { system } from '../access/index.ts'
import { type Log, runIn, traced } from '../telemetry/index.ts'
import { open } from './envelope.ts'
import type { Job, JobRun, Queue } from './face.ts'
import type { JobStore } from './store.ts'

export type Handle = (job: Job<unknown>, run: JobRun) => Promise<void>
export interface Worker {
  queue: Queue
  handle: Handle
  concurrency: number
}

export interface PerformerParts {
  store: JobStore
  log: Log
  now: () => Date
  failed: (queue: string) => void
}

/** Milliseconds between two reports of progress that are written down. */
const PROGRESS_EVERY = 1000
const LONGEST_NOTE = 200

/** Does one job: within the work it came from, with its progress written down. */
export function createPerformer({ store, log, now, failed }: PerformerParts) {
  return async function perform({ queue, handle }: Worker, job: JobWithMetadata<object>): Promise<void> {
    const { data, correlationid = job.id, traceparent } = open(queue, job.data)
    const context = {
      correlationId: correlationid,
      principal: system(queue.name),
      ...(traceparent === undefined ? {} : { traceparent }),
    }
    const progress = progressOf(job.id)
    const attempt = job.retryCount + 1
    const work = () => handle({ id: job.id, data, attempt }, { signal: job.signal, progress: progress.say })
    try {
      await runIn(context, () =>
        traced(`job ${queue.name}`, { 'messaging.system': 'bellwether', attempt }, work, {
          kind: 'consumer',
          from: traceparent,
        }),
      )
    } catch (error) {
      // By name only: messages may quote the data. The reason is kept with the job.
      log.warn(
        { queue: queue.name, job: job.id, attempt, error: error instanceof Error ? error.name : typeof error },
        'a job failed',
      )
      failed(queue.name)
      throw error
    } finally {
      await progress.end()
    }
  }

  function progressOf(id: string) {
    let said = 0
    let writing: Promise<void> = Promise.resolve()
    return {
      say(share: number, note = ''): void {
        if (said > 0 && performance.now() - said < PROGRESS_EVERY) return
        said = performance.now()
        writing = writing
          .then(() =>
            store.progress({
              id,
              share: Math.min(1, Math.max(0, share)),
              note: note.slice(0, LONGEST_NOTE),
              at: now(),
            }),
          )
          .catch(() => undefined) // the next one may arrive; the work itself goes on
      },
      async end(): Promise<void> {
        await writing
        if (said > 0) await store.forgetProgress(id).catch(() => undefined)
      },
    }
  }
}
