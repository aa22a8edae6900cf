export { createPlatform, type Platform, platformMigrations } from './platform.ts'
export { dropStaleAnswers } from './wiring.ts'
