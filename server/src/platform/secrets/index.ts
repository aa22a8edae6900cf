import { migrationsIn } from '../storage/index.ts'

export type { Place, Secrets } from './face.ts'
export { createSecrets } from './secrets.ts'
export const secretsMigrations = migrationsIn('platform/secrets', import.meta.dirname)
