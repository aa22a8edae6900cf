import { migrationsIn } from '../storage/index.ts'

export type { FlagContext, Flags } from './face.ts'
export { createFlags } from './flags.ts'
export { flagRoutes } from './routes.ts'
export const flagsMigrations = migrationsIn('platform/flags', import.meta.dirname)
