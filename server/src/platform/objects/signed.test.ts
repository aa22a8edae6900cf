import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../../testing.ts'

let app: TestApp
let now = new Date('2026-11-20T10:00:00Z')
beforeAll(async () => {
  app = await createTestApp({ now: () => now })
  await app.platform.objects.put('exports/orders.csv', 'a,b\n1,2\n', { type: 'text/csv' })
  await app.platform.objects.put('exports/secret.csv', 'no', { type: 'text/csv' })
})
afterAll(() => app.close())

test('a signed link gives that one object, for as long as it was signed for', async () => {
  const link = await app.platform.objects.sign('exports/orders.csv', 60)
  const { statusCode, body, headers } = await app.gateway.inject(link)
  expect({ statusCode, body }).toEqual({ statusCode: 200, body: 'a,b\n1,2\n' })
  expect(headers).toMatchObject({
    'content-type': 'text/csv',
    'content-length': '8',
    'content-disposition': 'attachment; filename="orders.csv"',
    'cache-control': 'private, no-store',
  })
  expect((await app.gateway.inject(link.replace('orders', 'secret'))).statusCode).toBe(404)
  expect((await app.gateway.inject(link.replace(/token=.{9}/, 'token=bw1:made-'))).statusCode).toBe(404)
  now = new Date('2026-11-20T10:01:01Z')
  expect((await app.gateway.inject(link)).statusCode).toBe(404)
})

test('a link to what is gone, or to what never was, is not found', async () => {
  const link = await app.platform.objects.sign('exports/nothing.csv', 60)
  expect((await app.gateway.inject(link)).statusCode).toBe(404)
  expect((await app.gateway.inject('/api/v1/objects?key=../../etc/passwd&token=x')).statusCode).toBe(404)
  expect((await app.gateway.inject('/api/v1/objects')).statusCode).toBe(400)
})
