import * as wire from '@bellwether/contract/platform/jobs'
import { domainsOf, type Principal } from '../access/index.ts'
import type { Audit } from '../audit/index.ts'
import { forbidden, notFound } from '../errors/index.ts'
import { routes } from '../gateway/index.ts'
import type { Db } from '../storage/index.ts'
import type { DeadJob, Jobs, QueueState } from './face.ts'

interface Parts {
  jobs: Jobs
  audit: Pick<Audit, 'record'>
  db: Db
}

/** Background work as operators see it. */
export const jobRoutes = ({ jobs, audit, db }: Parts) =>
  routes((r) => {
    r.on(wire.listQueues, async () => ({ items: (await jobs.queues()).map(queueOf) }))
    r.on(wire.listDeadJobs, async ({ query }) => {
      const { items, ...rest } = await jobs.dead.list(query)
      return { ...rest, items: items.map(jobOf) }
    })
    r.on(wire.getDeadJob, async ({ params: { id }, principal }) => {
      mustSeeAll(principal)
      const job = await found(jobs, id)
      await audit.record(db, { action: 'dead-job.read', object: { type: 'dead-job', id } })
      return { ...jobOf(job), data: job.data }
    })
    r.on(wire.replayDeadJob, async ({ params: { id } }) => {
      const before = jobOf(await found(jobs, id))
      await db.transaction().execute(async (tx) => {
        if (!(await jobs.dead.replay(id, tx))) throw missing()
        await audit.record(tx, { action: 'dead-job.replay', object: { type: 'dead-job', id }, before })
      })
      return {}
    })
    r.on(wire.dropDeadJob, async ({ params: { id } }) => {
      const before = jobOf(await found(jobs, id))
      await db.transaction().execute(async (tx) => {
        if (!(await jobs.dead.drop(id, tx))) throw missing()
        await audit.record(tx, { action: 'dead-job.drop', object: { type: 'dead-job', id }, before })
      })
      return {}
    })
  })

const missing = () => notFound('this dead job')

async function found(jobs: Jobs, id: string): Promise<DeadJob> {
  const job = await jobs.dead.show(id)
  if (!job) throw missing()
  return job
}

/** What jobs are given belongs to many domains and names none, so only who may read everywhere may see it. */
function mustSeeAll(principal: Principal): void {
  if (domainsOf(principal, 'system:read') !== 'all')
    throw forbidden('the data of jobs is shown to those only who may read the system in all domains')
}

const jobOf = ({ data: _, createdAt, failedAt, ...job }: DeadJob): wire.DeadJob => ({
  ...job,
  createdAt: createdAt.toISOString(),
  failedAt: failedAt.toISOString(),
})

const queueOf = ({ running, ...queue }: QueueState): wire.JobQueue => ({
  ...queue,
  running: running.map(({ startedAt, ...job }) => ({ ...job, startedAt: startedAt.toISOString() })),
})
