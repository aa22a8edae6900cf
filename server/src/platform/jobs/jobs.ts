import type pg from 'pg'
import { type Db as Executor, fromKysely, type JobWithMetadata, PgBoss } from 'pg-boss'
import { reasonOf } from '../errors/index.ts'
import type { Db } from '../storage/index.ts'
import type { Log } from '../telemetry/index.ts'
import { DEAD, seal } from './envelope.ts'
import type { Jobs, Queue, Schedule } from './face.ts'
import { createNudge } from './nudge.ts'
import { createPerformer, type Handle, type Worker } from './perform.ts'
import { createJobStore } from './store.ts'

export interface JobsParts {
  db: Db
  pool: pg.Pool
  log: Log
  now: () => Date
  newId: () => string
  /** Whether this process does the work; others only enqueue. */
  works?: boolean
  /** Seconds between looks into a queue when nothing was enqueued here. */
  pollSeconds?: number
  /** Seconds before the first retry; doubled with jitter each time. */
  retrySeconds?: number
  /** Seconds between looks at the schedules. */
  cronSeconds?: number
}

const NAME = /^[a-z0-9][a-z0-9._/-]{0,99}$/
const RETRIES = 5
const LONGEST_RETRY = 15 * 60
const YEAR = 365 * 86_400
const STOP_WITHIN = 2500

/** Queues on pg-boss, over the pool of the program: it holds no connection of its own. */
export function createJobs(parts: JobsParts): Jobs {
  const { db, pool, log, now, newId, works = true, pollSeconds = 5, retrySeconds = 2, cronSeconds = 30 } = parts
  const store = createJobStore(db)
  const workers = new Map<string, Worker>()
  const schedules: Schedule[] = []
  const known = new Map<string, Promise<void>>()
  const executor: Executor = { executeSql: (text, values) => pool.query(text, values as unknown[]) }
  const boss = new PgBoss({
    db: executor,
    supervise: works,
    schedule: works,
    cronMonitorIntervalSeconds: cronSeconds,
    cronWorkerIntervalSeconds: Math.min(10, cronSeconds),
    flowIntervalSeconds: 3600, // jobs that depend on jobs: not used
    reindex: false, // would run into the statement timeout half-way
  })
  boss.on('error', (error) => log.warn({ reason: reasonOf(error) }, 'a queue of jobs has trouble'))
  const nudge = createNudge((name) => {
    for (const worker of boss.getWipData()) if (worker.name === name) boss.notifyWorker(worker.id)
  })

  const retrying = (retries = RETRIES) => ({
    retryLimit: retries,
    retryDelay: retrySeconds,
    ...(retrySeconds > 0 ? { retryBackoff: true, retryDelayMax: LONGEST_RETRY } : {}),
  })

  /** Makes the queue, or brings it to what the program now says of it. */
  function ensure({ name, retries, seconds = 900 }: Queue): Promise<void> {
    const made = known.get(name)
    if (made !== undefined) return made
    const options = { ...retrying(retries), expireInSeconds: seconds, retentionSeconds: YEAR, deadLetter: DEAD }
    const making = (async () => {
      // `short`: of each key one job may wait; a job without a key gets one of its own.
      await boss.createQueue(name, { policy: 'short', ...options })
      await boss.updateQueue(name, options)
    })()
    known.set(name, making)
    making.catch(() => known.delete(name))
    return making
  }

  const perform = createPerformer({ store, log, now, failed: nudge })

  async function startWork(): Promise<void> {
    for (const worker of workers.values()) {
      const { queue, concurrency } = worker
      await boss.work(
        queue.name,
        { includeMetadata: true, pollingIntervalSeconds: pollSeconds, localConcurrency: concurrency },
        async (jobs: JobWithMetadata<object>[]) => {
          for (const job of jobs) await perform(worker, job)
        },
      )
    }
  }

  /** Schedules are what the program says now: those of an earlier version end. */
  async function startSchedules(): Promise<void> {
    for (const { queue, name, expression, zone, data } of schedules)
      await boss.schedule(queue.name, expression, seal(queue, data), {
        tz: zone,
        key: name,
        singletonKey: `cron/${name}`,
      })
    for (const { name, key } of await boss.getSchedules())
      if (!schedules.some((schedule) => schedule.queue.name === name && schedule.name === key))
        await boss.unschedule(name, key)
  }

  return {
    async enqueue(tx, queue, { data, key, startAfter, retries }) {
      checkName(queue.name)
      const sealed = seal(queue, data)
      await ensure(queue)
      const id = await boss.send(queue.name, sealed, {
        db: fromKysely(tx),
        singletonKey: key ?? newId(),
        ...(startAfter ? { startAfter } : {}),
        ...(retries === undefined ? {} : retrying(retries)),
      })
      nudge(queue.name)
      return id ?? undefined
    },
    work(queue, handle, { concurrency = 1 } = {}) {
      checkName(queue.name)
      if (workers.has(queue.name)) throw new TypeError(`the queue ${queue.name} has a worker already`)
      workers.set(queue.name, { queue, handle: handle as Handle, concurrency })
    },
    cron(schedule) {
      checkName(schedule.queue.name)
      if (!NAME.test(schedule.name))
        throw new TypeError(`"${schedule.name}" cannot name a schedule: it must match ${NAME}`)
      boss.previewSchedule(schedule.expression, { tz: schedule.zone, count: 1 }) // throws when it can never fire
      schedules.push(schedule as unknown as Schedule)
    },
    async queues() {
      const names = [...new Set([...workers.keys(), ...known.keys()])].sort()
      return (await store.states(names)).map((state) => ({
        ...state,
        schedules: schedules
          .filter(({ queue }) => queue.name === state.queue)
          .map(({ name, expression, zone }) => ({ name, expression, zone })),
      }))
    },
    dead: deadJobs({ db, boss, nudge }),
    async start() {
      await boss.start()
      await boss.createQueue(DEAD, { retentionSeconds: YEAR })
      for (const { queue } of [...workers.values(), ...schedules]) await ensure(queue)
      if (works) {
        await startWork()
        await startSchedules()
      }
      return async () => {
        nudge.stop()
        await boss.stop({ close: false, graceful: true, timeout: STOP_WITHIN })
      }
    },
  }
}

/** Dead jobs lie in a queue of their own, which knows where they came from. */
function deadJobs({ db, boss, nudge }: { db: Db; boss: PgBoss; nudge: (queue: string) => void }): Jobs['dead'] {
  return {
    list: createJobStore(db).deadJobs,
    show: createJobStore(db).deadJob,
    async replay(id, tx = db) {
      const dead = await createJobStore(tx).deadJob(id)
      if (!dead) return false
      const moved = await boss.redrive(DEAD, { ids: [id], db: fromKysely(tx) })
      nudge(dead.queue)
      return moved > 0
    },
    async drop(id, tx = db) {
      if (!(await createJobStore(tx).deadJob(id))) return false
      await boss.deleteJob(DEAD, id, { db: fromKysely(tx) })
      return true
    },
  }
}

function checkName(name: string): void {
  if (!NAME.test(name) || name === DEAD) throw new TypeError(`"${name}" cannot name a queue: it must match ${NAME}`)
}
