import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { Done, Instant, PageQuery, page } from '../page.ts'

/** A queue of background work and how it stands. */
export const JobQueue = z.object({
  queue: z.string(),
  /** Ready or waiting for their time. */
  waiting: z.number().int(),
  running: z.array(
    z.object({
      id: z.uuid(),
      startedAt: Instant,
      /** How far it says it is, from 0 to 1. */
      progress: z.object({ share: z.number(), note: z.string() }).optional(),
    }),
  ),
  dead: z.number().int(),
  schedules: z.array(z.object({ name: z.string(), expression: z.string(), zone: z.string() })),
})
export type JobQueue = z.output<typeof JobQueue>

/** A job that failed as often as it may. */
export const DeadJob = z.object({
  id: z.uuid(),
  queue: z.string(),
  /** What the last try said. */
  reason: z.string(),
  attempts: z.number().int(),
  createdAt: Instant,
  failedAt: Instant,
})
export type DeadJob = z.output<typeof DeadJob>

const Id = z.object({ id: z.uuid() })

export const listQueues = endpoint('GET /api/v1/jobs/queues', {
  can: 'system:read',
  summary: 'Queues of background work with what waits, runs and failed',
  answers: z.object({ items: z.array(JobQueue) }),
})

export const listDeadJobs = endpoint('GET /api/v1/jobs/dead', {
  can: 'system:read',
  summary: 'Jobs that failed as often as they may, newest first',
  query: PageQuery.extend({ queue: z.string().min(1).max(200).optional() }),
  answers: page(DeadJob),
})

export const getDeadJob = endpoint('GET /api/v1/jobs/dead/:id', {
  can: 'system:read',
  summary: 'One dead job with its data; reading it is audited',
  params: Id,
  answers: DeadJob.extend({ data: z.unknown() }),
})

export const replayDeadJob = endpoint('POST /api/v1/jobs/dead/:id/replay', {
  can: 'system:write',
  summary: 'Queue a dead job once more',
  params: Id,
  answers: Done,
  status: 202,
})

export const dropDeadJob = endpoint('DELETE /api/v1/jobs/dead/:id', {
  can: 'system:write',
  summary: 'Remove a dead job for good',
  params: Id,
  answers: Done,
})
