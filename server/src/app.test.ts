import { listCalendar } from '@bellwether/contract/sentinel/calendar'
import { expect, test } from 'vitest'
import { createTestApp, everywhere } from './testing.ts'

test('a process without the role gateway answers only how it is', async () => {
  const app = await createTestApp({ config: { roles: ['jobs'] } })
  expect((await app.gateway.inject('/livez')).statusCode).toBe(200)
  expect((await app.gateway.inject('/api/v1/health')).json()).toMatchObject({ status: 'ok' })
  expect(await app.refused(listCalendar, {}, everywhere('viewer'))).toMatchObject({ status: 404 })
  await app.close()
})
