import type { Health } from '@bellwether/contract/platform/health'
import type { HealthRegistry } from './face.ts'

const EVERY = 5000

/** Looks every few seconds and tells when a part changed; the stop ends it. */
export function watchHealth(health: HealthRegistry, tell: (report: Health) => void): () => Promise<void> {
  let before = ''
  let looking: Promise<void> = Promise.resolve()
  const look = async () => {
    const report = await health.report()
    const state = report.parts.map(({ name, status, reason }) => `${name} ${status} ${reason ?? ''}`).join('\n')
    if (before !== '' && state !== before) tell(report)
    before = state
  }
  const timer = setInterval(() => {
    looking = look()
  }, EVERY)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await looking
  }
}
