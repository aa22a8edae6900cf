import { expect, test } from 'vitest'
import { gathered } from './index.ts'

const names = new Map([
  ['1', 'Ada'],
  ['2', 'Bo'],
])

test('what is asked for at once is read at once, each key once', async () => {
  const asked: string[][] = []
  const nameOf = gathered(async (keys: readonly string[]) => {
    asked.push([...keys])
    return names
  })
  expect(await Promise.all(['1', '2', '1', '3'].map(nameOf))).toEqual(['Ada', 'Bo', 'Ada', undefined])
  expect(await nameOf('1')).toBe('Ada')
  expect(asked).toEqual([['1', '2', '3'], ['1']])
})

test('a key asked for while a query is under way is read again: it may have changed', async () => {
  let reads = 0
  const { promise: open, resolve: letGo } = Promise.withResolvers<void>()
  const countOf = gathered(async () => {
    const count = ++reads
    if (count === 1) await open
    return new Map([['a', count]])
  })
  const first = countOf('a')
  await new Promise((turn) => setImmediate(() => setImmediate(turn)))
  expect(await countOf('a')).toBe(2)
  letGo()
  expect(await first).toBe(1)
})

test('a query that fails fails for those who asked, and for nobody after them', async () => {
  let broken = true
  const nameOf = gathered(async () => {
    if (broken) throw new Error('connection lost')
    return names
  })
  expect((await Promise.allSettled(['1', '2'].map(nameOf))).map(({ status }) => status)).toEqual([
    'rejected',
    'rejected',
  ])
  broken = false
  expect(await nameOf('1')).toBe('Ada')
})

test('a crowd of keys is spread over several queries', async () => {
  const sizes: number[] = []
  const square = gathered(async (keys: readonly number[]) => {
    sizes.push(keys.length)
    return new Map(keys.map((key) => [key, key * key]))
  })
  const all = await Promise.all(Array.from({ length: 1200 }, (_, key) => square(key)))
  expect(all[1199]).toBe(1199 * 1199)
  expect(sizes).toEqual([500, 500, 200])
})
