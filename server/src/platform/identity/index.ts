import { migrationsIn } from '../storage/index.ts'

export type { IdentityParts } from './face.ts'
export { createIdentity, type Identity } from './identity.ts'
export type { HashCost } from './passwords/hashing.ts'
export const identityMigrations = migrationsIn('platform/identity', import.meta.dirname)
