export { createPlatform, type Platform, platformMigrations } from './platform.ts'
