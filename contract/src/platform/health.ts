import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { Instant } from '../page.ts'
import { topic } from '../topic.ts'

/** `degraded`: works, but something is slow or missing. `down`: requests fail because of it. */
export const HealthStatus = z.enum(['ok', 'degraded', 'down'])
export type HealthStatus = z.output<typeof HealthStatus>

export const HealthPart = z.object({
  /** `database`, `bus`, `jobs` … */
  name: z.string(),
  status: HealthStatus,
  /** Why it is not well, and what to do; absent when it is. */
  reason: z.string().optional(),
  /** Milliseconds the check took. */
  ms: z.number(),
})
export type HealthPart = z.output<typeof HealthPart>

export const Health = z.object({
  status: HealthStatus,
  version: z.string(),
  at: Instant,
  /** Seconds since the process started. */
  uptime: z.number(),
  /** Only for callers who hold `system:read`. */
  parts: z.array(HealthPart).optional(),
})
export type Health = z.output<typeof Health>

export const getHealth = endpoint('GET /api/v1/health', {
  can: 'public',
  summary: 'How the server is; with system:read also each part of it, with reasons',
  answers: Health,
})

export const Alive = z.object({ status: z.literal('ok') })
export const getLiveness = endpoint('GET /livez', {
  can: 'public',
  summary: 'Answers while the process runs',
  answers: Alive,
})
export const getReadiness = endpoint('GET /readyz', {
  can: 'public',
  summary: 'Answers 200 while the process should get requests, 503 when it drains or cannot work',
  answers: Alive,
})

/** Changes of health as they happen; the whole report each time. */
export const healthTopic = topic('health', {
  can: 'system:read',
  summary: 'The state of every part, whenever one changes',
  messages: { changed: Health },
})

export const getMetrics = endpoint('GET /metrics', {
  can: 'public',
  summary: 'Figures for Prometheus; from elsewhere than this machine it needs system:read',
  answers: z.string(),
  produces: 'text/plain; version=0.0.4; charset=utf-8',
})
