import { migrationsIn } from '../storage/index.ts'

export { createBus } from './bus.ts'
export type { Bus, DeadLetter, FactQuery, GroupPosition, NewFact, Subscription } from './face.ts'
export { busRoutes } from './routes.ts'

export const busMigrations = migrationsIn('platform/bus', import.meta.dirname)
