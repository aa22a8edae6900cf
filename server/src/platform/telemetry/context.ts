import { AsyncLocalStorage } from 'node:async_hooks'
import type { Origin, Principal } from '../access/index.ts'

/** What follows a piece of work through requests, jobs and events. */
export interface WorkContext {
  correlationId: string
  principal: Principal
  origin?: Origin
  /** W3C trace context the work arrived with. */
  traceparent?: string
}

const current = new AsyncLocalStorage<WorkContext>()

export const runIn = <T>(context: WorkContext, work: () => T): T => current.run(context, work)
export const currentContext = (): WorkContext | undefined => current.getStore()
