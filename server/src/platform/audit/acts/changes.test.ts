import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changesOf } from './changes.ts'
import { maskText, namesSecret } from './masks.ts'

test.each([
  ['nothing', { a: 1 }, { a: 1 }, []],
  [
    'an added object, field by field',
    undefined,
    { a: 1, b: 'x' },
    [
      { path: 'a', after: 1 },
      { path: 'b', after: 'x' },
    ],
  ],
  ['a removed object', { a: null }, undefined, [{ path: 'a', before: null }]],
  ['a field', { a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, [{ path: 'a.c', before: 2, after: 3 }]],
  ['a field that appears', { a: 1 }, { a: 1, b: 2 }, [{ path: 'b', after: 2 }]],
  ['a list, as a whole', { a: [1, 2] }, { a: [1, 3] }, [{ path: 'a', before: [1, 2], after: [1, 3] }]],
  ['an object that becomes a text', { a: { b: 1 } }, { a: 'x' }, [{ path: 'a', before: { b: 1 }, after: 'x' }]],
  ['a bare value', 1, 2, [{ path: '', before: 1, after: 2 }]],
  [
    'dates, bytes and big numbers as text',
    undefined,
    { at: new Date(0), raw: Buffer.from('secret'), big: 2n ** 70n },
    [
      { path: 'at', after: '1970-01-01T00:00:00.000Z' },
      { path: 'raw', after: '[6 bytes]' },
      { path: 'big', after: '1180591620717411303424' },
    ],
  ],
  [
    'a field that everything has',
    {},
    JSON.parse('{"__proto__": 1, "constructor": 2}'),
    [
      { path: '__proto__', after: 1 },
      { path: 'constructor', after: 2 },
    ],
  ],
] as const)('%s', (_, before, after, changes) => {
  expect(changesOf(before, after)).toEqual(changes)
})

test('a secret is never kept, but that it changed is', () => {
  expect(changesOf({ password: 'old', note: 'x' }, { password: 'new', note: 'x' })).toEqual([
    { path: 'password', before: '[masked]', after: '[masked]' },
  ])
  expect(changesOf({ password: 'same' }, { password: 'same' })).toEqual([])
  const kept = JSON.stringify(
    changesOf(undefined, {
      clientSecret: 'hunter2',
      nested: { api_key: 'hunter2', list: [{ 'X-Auth-Token': 'hunter2' }, { recoveryCodes: ['hunter2'] }] },
      secrets: { deep: 'hunter2' },
      note: 'key bw_abcdef012345_hunter2hunter2 and eyJhbGciOiJSUzI1NiJ9.hunter2.hunter2 in text',
      url: 'postgres://ada:hunter2@db/x',
      pem: '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----',
    }),
  )
  expect(kept).not.toContain('hunter2')
  expect(kept).toContain('postgres://ada:[masked]@db/x')
})

test.each([
  'password',
  'newPassword',
  'passwordHash',
  'PASSWORD',
  'client_secret',
  'accessToken',
  'refresh-token',
  'apiKey',
  'privateKey',
  'totpSeedOtp',
  'recoveryCodes',
  'Authorization',
  'set-cookie',
  'kek',
])('a field named %s holds a secret', (name) => expect(namesSecret(name)).toBe(true))
test.each(['name', 'key', 'targetingKey', 'hotplate', 'tokenised', 'passenger', 'secretary', 'pinned', 'compass'])(
  'a field named %s does not',
  (name) => expect(namesSecret(name)).toBe(false),
)

test('whatever an act is about, what is kept of it is small and can be stored', () => {
  const huge = {
    text: 'x'.repeat(1e6),
    list: Array.from({ length: 1e5 }, (_, index) => index),
    many: Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`f${index}`, index])),
  }
  expect(JSON.stringify(changesOf(undefined, huge)).length).toBeLessThan(100_000)
  fc.assert(
    fc.property(
      fc.anything({ withDate: true, withBigInt: true, withTypedArray: true, withNullPrototype: true, maxDepth: 5 }),
      fc.anything(),
      (before, after) => {
        const text = JSON.stringify(changesOf(before, after))
        expect(JSON.parse(text)).toEqual(changesOf(before, after))
      },
    ),
  )
})

test('masking takes time in proportion to the text', () => {
  for (const text of [
    'a'.repeat(200_000),
    'a://'.repeat(50_000),
    `${'eyJ'.repeat(60_000)}.`,
    '-----BEGIN PRIVATE KEY-----'.repeat(5000),
    `x://${'y'.repeat(200_000)}`,
  ]) {
    const begin = performance.now()
    maskText(text)
    expect(performance.now() - begin, text.slice(0, 20)).toBeLessThan(1000)
  }
})
