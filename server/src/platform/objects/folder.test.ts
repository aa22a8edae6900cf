import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, expect, test } from 'vitest'
import { uuidv7 } from '../ids/index.ts'
import { createFolderObjects } from './folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'objects-'))
afterAll(() => rmSync(folder, { recursive: true }))
const objects = createFolderObjects(folder, uuidv7)

test('an object is stored, read, listed, replaced and removed', async () => {
  expect(await objects.put('exports/orders.csv', 'a,b\n1,2\n', { type: 'text/csv' })).toMatchObject({
    key: 'exports/orders.csv',
    bytes: 8,
    type: 'text/csv',
  })
  await objects.put('exports/payments.csv', Readable.from(['a,', 'b\n']), { type: 'text/csv' })
  const found = await objects.get('exports/orders.csv')
  expect(found && (await text(found.content))).toBe('a,b\n1,2\n')
  expect((await objects.list({ prefix: 'exports/', limit: 10 })).map(({ key }) => key)).toEqual([
    'exports/orders.csv',
    'exports/payments.csv',
  ])
  expect(
    (await objects.list({ prefix: 'exports/', after: 'exports/orders.csv', limit: 1 })).map(({ key }) => key),
  ).toEqual(['exports/payments.csv'])
  await objects.put('exports/orders.csv', 'new', { type: 'text/plain' })
  expect(await objects.info('exports/orders.csv')).toMatchObject({ bytes: 3, type: 'text/plain' })
  await objects.remove('exports/orders.csv')
  expect(await objects.get('exports/orders.csv')).toBeUndefined()
})

test('half an object is none: a source that breaks leaves the old content', async () => {
  await objects.put('report', 'whole', { type: 'text/plain' })
  const breaking = Readable.from(
    (async function* () {
      yield 'half'
      throw new Error('source broke')
    })(),
  )
  await expect(objects.put('report', breaking, { type: 'text/plain' })).rejects.toThrow('source broke')
  const found = await objects.get('report')
  expect(found && (await text(found.content))).toBe('whole')
  expect((await objects.list({ prefix: 'report', limit: 10 })).length).toBe(1)
})

for (const key of [
  '../outside',
  'a/../../b',
  '/etc/passwd',
  '',
  '.hidden',
  'a//b',
  'x.meta.json',
  'nul\u0000',
  './a',
  'a/..',
]) {
  test(`the key ${JSON.stringify(key)} is refused`, async () => {
    await expect(objects.put(key, 'x', { type: 'text/plain' })).rejects.toMatchObject({ code: 'invalid' })
  })
}
