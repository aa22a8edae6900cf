import { migrationsIn } from '../storage/index.ts'

export { createBus } from './bus.ts'
export type { Bus, DeadLetter, NewFact, Subscription } from './face.ts'

export const busMigrations = migrationsIn('platform/bus', import.meta.dirname)
