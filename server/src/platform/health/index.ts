export type { HealthCheck, HealthOptions, HealthRegistry } from './face.ts'
export { createHealth, type HealthParts } from './registry.ts'
export { healthRoutes } from './routes.ts'
export { watchHealth } from './watch.ts'
