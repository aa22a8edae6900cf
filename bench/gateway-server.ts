// What bench/gateway measures: the real app on an embedded database, and beside it a bare Fastify route that answers the
// same bytes without looking.
import { randomBytes, randomUUID } from 'node:crypto'
import { addCalendarEntry } from '@bellwether/contract/sentinel/calendar'
import Fastify from 'fastify'
import { allMigrations, createApp } from '../server/src/app.ts'
import { loadConfig } from '../server/src/platform/config/index.ts'
import { createPlatform } from '../server/src/platform/index.ts'
import { createStorage, migrate } from '../server/src/platform/storage/index.ts'
import { createPeople } from '../server/src/test-people.ts'

const config = {
  ...loadConfig({
    BELLWETHER_DATA: process.argv[2],
    BELLWETHER_LOG_LEVEL: 'warn',
    BELLWETHER_KEK: randomBytes(32).toString('base64'),
  }),
  ratePerMinute: 100_000_000,
}
const storage = await createStorage(config)
await migrate(storage.pool, allMigrations)
const platform = createPlatform({ config, database: storage })
const app = createApp(platform)
const stopRooms = await app.start()
const person = {
  kind: 'user',
  id: randomUUID(),
  name: 'Load',
  grants: [{ role: 'analyst', domain: '*' }],
} as const
const authorization = `Bearer ${await createPeople(platform)(person)}`
const added = await app.gateway.inject({
  method: 'POST',
  url: addCalendarEntry.path,
  headers: { authorization },
  payload: {
    title: 'Black Friday',
    kind: 'promotion',
    zone: 'Europe/Berlin',
    startsAt: '2026-11-26T23:00:00Z',
    endsAt: '2026-11-27T23:00:00Z',
  },
})
if (added.statusCode !== 201) throw new Error(added.body)
const entry = added.json<{ id: string }>()

const bare = Fastify()
bare.get('/entry', async () => entry)
const bareUrl = await bare.listen({ port: 0, host: '127.0.0.1' })
const url = await app.gateway.listen({ port: 0, host: '127.0.0.1' })
process.send?.({
  bare: `${bareUrl}/entry`,
  read: `${url}${addCalendarEntry.path}/${entry.id}`,
  cached: `${url}${addCalendarEntry.path}?limit=1`,
  authorization,
})
process.once('message', () => {
  void (async () => {
    await bare.close()
    await app.gateway.close()
    await stopRooms()
    await storage.close()
    process.exit(0)
  })()
})
