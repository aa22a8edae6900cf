import { migrationsIn } from '../../storage/index.ts'

export { createIdempotency, type Idempotency } from './idempotency.ts'
export const idempotencyMigrations = migrationsIn('platform/idempotency', import.meta.dirname)
