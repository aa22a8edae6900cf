import { migrationsIn } from '../../storage/index.ts'

export { createHub, type Hub, type HubParts, type Whose } from './hub.ts'
export { mountSocket } from './socket.ts'
export { liveRoutes } from './stream.ts'
export { createTickets, type Tickets } from './tickets.ts'
export const liveMigrations = migrationsIn('platform/live', import.meta.dirname)
