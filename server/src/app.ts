import * as platformEvents from '@bellwether/contract/platform/events'
import * as sentinelEvents from '@bellwether/contract/sentinel/events'
import { createGateway } from './platform/gateway/index.ts'
import { dropStaleAnswers, type Platform, platformMigrations } from './platform/index.ts'
import { createSentinel, sentinelMigrations } from './sentinel/index.ts'

/** Every schema of the house, in the order they are applied. */
export const allMigrations = [...platformMigrations, sentinelMigrations]

/** Every fact of the house. */
const events = [...Object.values(platformEvents), ...Object.values(sentinelEvents)]

/** The whole server, wired by hand: read this to know what depends on what. */
export function createApp(platform: Platform) {
  const sentinel = createSentinel(platform)
  const { config, healthRoutes } = platform
  // A process without this role works unseen; whoever watches it can still ask how it is.
  const routes = config.roles.includes('gateway') ? [...platform.routes, ...sentinel.routes.flat()] : healthRoutes
  dropStaleAnswers(platform, { events, routes })
  const gateway = createGateway({ ...platform, routes, events })
  return { gateway, start: platform.start }
}
export type App = ReturnType<typeof createApp>
