// What bench/gateway measures: the real app on an embedded database, and beside it a bare Fastify route that answers the
// same bytes without looking.
import { randomBytes, randomUUID } from 'node:crypto'
import { addCalendarEntry } from '@bellwether/contract/sentinel/calendar'
import Fastify from 'fastify'
import { allMigrations, createApp } from '../../server/src/app.ts'
import { loadConfig } from '../../server/src/platform/config/index.ts'
import { createPlatform } from '../../server/src/platform/index.ts'
import { createStorage, migrate } from '../../server/src/platform/storage/index.ts'
import { createPeople } from '../../server/src/test-people.ts'

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
/** So many that a shared read still reads many rows. */
const ENTRIES = 500
const entries: { id: string }[] = []
for (let day = 0; day < ENTRIES; day++) {
  const startsAt = new Date(Date.UTC(2026, 0, 1 + day))
  const payload = {
    title: `Promotion ${day}`,
    kind: 'promotion',
    zone: 'Europe/Berlin',
    startsAt: startsAt.toISOString(),
    endsAt: new Date(startsAt.getTime() + 86_400_000).toISOString(),
  }
  const added = await app.gateway.inject({
    method: 'POST',
    url: addCalendarEntry.path,
    headers: { authorization },
    payload,
  })
  if (added.statusCode !== 201) throw new Error(added.body)
  entries.push(added.json())
}
const [entry] = entries

const bare = Fastify()
bare.get('/entry', async () => entry)
const bareUrl = await bare.listen({ port: 0, host: '127.0.0.1' })
const url = await app.gateway.listen({ port: 0, host: '127.0.0.1' })
process.send?.({
  bare: [`${bareUrl}/entry`],
  read: entries.map(({ id }) => `${url}${addCalendarEntry.path}/${id}`),
  cached: [`${url}${addCalendarEntry.path}?limit=1`],
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
