import type { z } from 'zod'
import type { Db } from '../storage/index.ts'

/** A kind of background work: its name and the shape of what it is given. */
export interface Queue<D extends z.ZodType = z.ZodType> {
  /** Lower case, as `reports.render`. */
  name: string
  data: D
  /** Tries after the first before a job is dead; 5 unless said. */
  retries?: number
  /** Seconds after which a try counts as hung; a quarter of an hour unless said. */
  seconds?: number
}
export const queue = <D extends z.ZodType>(name: string, spec: Omit<Queue<D>, 'name'>): Queue<D> => ({ name, ...spec })

export type JobData<Q extends Queue> = z.output<Q['data']>

export interface Job<D> {
  id: string
  data: D
  /** 1 the first time. */
  attempt: number
}

export interface JobRun {
  /** Aborted when the program stops or the try takes too long: end soon, the job is tried again. */
  signal: AbortSignal
  /** Says how far it is, from 0 to 1; shown to operators, at most once a second. */
  progress(share: number, note?: string): void
}

export interface EnqueueOptions {
  /** While a job of this key waits in the queue, no second one is made. */
  key?: string
  startAfter?: Date
  retries?: number
}

export interface Schedule<Q extends Queue = Queue> {
  /** Unique within its queue, as `every-night`. */
  name: string
  /** Five fields of cron, read in the zone. */
  expression: string
  /** IANA name. */
  zone: string
  queue: Q
  data: z.input<Q['data']>
}

export interface DeadJob {
  id: string
  queue: string
  data: unknown
  reason: string
  attempts: number
  createdAt: Date
  failedAt: Date
}

export interface QueueState {
  queue: string
  waiting: number
  running: { id: string; startedAt: Date; progress?: { share: number; note: string } | undefined }[]
  dead: number
  schedules: { name: string; expression: string; zone: string }[]
}

export interface DeadJobs {
  /** Newest first. */
  list(query: {
    queue?: string | undefined
    limit: number
    cursor?: string | undefined
  }): Promise<{ items: DeadJob[]; nextCursor?: string | undefined }>
  show(id: string): Promise<DeadJob | undefined>
  /** Queues it once more, with all its tries. In the caller's transaction; false when there is none. */
  replay(id: string, tx?: Db): Promise<boolean>
  drop(id: string, tx?: Db): Promise<boolean>
}

/** Background work that outlives the request and the process. At least once: handlers are idempotent by `job.id`. */
export interface Jobs {
  /** Adds a job in the caller's transaction; undefined when one of its key waits already. */
  enqueue<Q extends Queue>(
    tx: Db,
    queue: Q,
    job: { data: z.input<Q['data']> } & EnqueueOptions,
  ): Promise<string | undefined>
  /** Registers who does the work of a queue; it begins with `start`. */
  work<Q extends Queue>(
    queue: Q,
    handle: (job: Job<JobData<Q>>, run: JobRun) => Promise<void>,
    options?: { concurrency?: number },
  ): void
  /** Adds a job whenever the expression says, once for all processes. */
  cron<Q extends Queue>(schedule: Schedule<Q>): void
  queues(): Promise<QueueState[]>
  dead: DeadJobs
  start(): Promise<() => Promise<void>>
}
