import type { MigrationSource } from '../storage/index.ts'
import { liveMigrations } from './hub/index.ts'
import { idempotencyMigrations } from './idempotency/index.ts'

export type { Authenticate, GatewayParts } from './face.ts'
export { createGateway, type Gateway } from './gateway.ts'
export { tagsStaleBy } from './http/remember.ts'
export { createHub, type Hub, type Whose } from './hub/index.ts'
export { type Answer, answer, type Call, type Route, routes } from './routes.ts'

export const gatewayMigrations: readonly MigrationSource[] = [idempotencyMigrations, liveMigrations]
