import type { HealthPart, HealthStatus } from '@bellwether/contract/platform/health'
import { reasonOf } from '../errors/index.ts'
import type { Metrics } from '../telemetry/index.ts'
import type { HealthCheck, HealthRegistry } from './face.ts'

/** Milliseconds a part has to answer, and how long an answer stands. */
const PATIENCE = 2000
const FRESH = 1000

export interface HealthParts {
  version: string
  now: () => Date
  metrics: Metrics
}

interface Part {
  name: string
  check: HealthCheck
  optional: boolean
}

export function createHealth({ version, now, metrics }: HealthParts): HealthRegistry {
  const parts: Part[] = []
  const up = metrics.gauge({
    name: 'part_up',
    help: 'State of each part at its last check: 1 well, 0.5 degraded, 0 down',
    labels: ['part'],
  })
  let last: { at: number; report: ReturnType<HealthRegistry['report']> } | undefined

  async function ask({ name, check, optional }: Part): Promise<HealthPart> {
    const began = performance.now()
    const found = await judged(check, optional)
    up.set({ part: name }, found.status === 'ok' ? 1 : found.status === 'degraded' ? 0.5 : 0)
    return { name, ...found, ms: Math.round((performance.now() - began) * 10) / 10 }
  }

  async function look(): ReturnType<HealthRegistry['report']> {
    const found = await Promise.all(parts.map(ask))
    return {
      status: worst(found.map(({ status }) => status)),
      version,
      at: now().toISOString(),
      uptime: Math.round(process.uptime()),
      parts: found,
    }
  }

  const report = () => {
    const at = performance.now()
    if (!last || at - last.at > FRESH) last = { at, report: look() }
    return last.report
  }
  return {
    register(name, check, { optional = false } = {}) {
      if (parts.some((part) => part.name === name)) throw new Error(`the part ${name} is already watched`)
      parts.push({ name, check, optional })
    },
    report,
    isReady: async () => (await report()).status !== 'down',
  }
}

async function judged(check: HealthCheck, optional: boolean): Promise<{ status: HealthStatus; reason?: string }> {
  try {
    const found = await inTime(check())
    return found ? { status: 'degraded', reason: found.degraded } : { status: 'ok' }
  } catch (error) {
    return { status: optional ? 'degraded' : 'down', reason: reasonOf(error) || 'no reason given' }
  }
}

function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE / 1000} s`)), PATIENCE)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

const ORDER: readonly HealthStatus[] = ['ok', 'degraded', 'down']
const worst = (all: readonly HealthStatus[]): HealthStatus =>
  all.reduce<HealthStatus>((a, b) => (ORDER.indexOf(b) > ORDER.indexOf(a) ? b : a), 'ok')
