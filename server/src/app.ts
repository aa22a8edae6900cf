import { createGateway } from './platform/gateway/index.ts'
import { type Platform, platformMigrations } from './platform/index.ts'
import { createSentinel, sentinelMigrations } from './sentinel/index.ts'

/** Every schema of the house, in the order they are applied. */
export const allMigrations = [...platformMigrations, sentinelMigrations]

/** The whole server, wired by hand: read this to know what depends on what. */
export function createApp(platform: Platform) {
  const sentinel = createSentinel(platform)
  const routes = [...platform.routes, ...sentinel.routes.flat()]
  const gateway = createGateway({ ...platform, routes })
  return { gateway, start: platform.start }
}
export type App = ReturnType<typeof createApp>
