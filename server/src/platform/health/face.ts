import type { Health, HealthPart } from '@bellwether/contract/platform/health'

/** Resolves when the part is well. Throws with the reason when it is down; answers `degraded` when it limps. */
export type HealthCheck = () => Promise<undefined | { degraded: string }>

export interface HealthOptions {
  /** The program works without it: when it fails the whole is degraded, not down. */
  optional?: true
}

export interface HealthRegistry {
  /** Adds a part to watch; a name is taken once. */
  register(name: string, check: HealthCheck, options?: HealthOptions): void
  /** All parts, asked at most once a second however many callers there are. */
  report(): Promise<Health & { parts: HealthPart[] }>
  /** Whether this process should get requests. */
  isReady(): Promise<boolean>
}
