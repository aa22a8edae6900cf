import type { Platform } from '../platform/index.ts'
import { migrationsIn } from '../platform/storage/index.ts'
import { calendarRoutes } from './calendar/routes.ts'
import { createCalendar } from './calendar/service.ts'

export const sentinelMigrations = migrationsIn('sentinel', import.meta.dirname)

export function createSentinel(platform: Platform) {
  const calendar = createCalendar(platform)
  return { routes: [calendarRoutes(calendar)] }
}
