import { migrationsIn } from '../storage/index.ts'

export {
  type DeadJob,
  type EnqueueOptions,
  type Job,
  type JobRun,
  type Jobs,
  type Queue,
  type QueueState,
  queue,
  type Schedule,
} from './face.ts'
export { createJobs } from './jobs.ts'
export { jobRoutes } from './routes.ts'

export const jobsMigrations = migrationsIn('platform/jobs', import.meta.dirname)
