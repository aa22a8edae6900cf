import { parseOptions } from '@node-rs/argon2'
import { expect, test } from 'vitest'
import { createPasswordHashing, OWASP_COST } from './hashing.ts'

const quick = { memoryKib: 8, passes: 1 }

test('a hash is argon2id at the cost that OWASP names', async () => {
  const stored = await createPasswordHashing().hash('correct horse battery staple')
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(parseOptions(stored)).toMatchObject({
    memoryCost: OWASP_COST.memoryKib,
    timeCost: 2,
    parallelism: 1,
    saltLen: 16,
  })
})

test('only the same password fits, whichever form its characters came in', async () => {
  const hashing = createPasswordHashing(quick)
  const stored = await hashing.hash('café über ﬁne')
  expect(await hashing.fits(stored, 'cafe\u0301 u\u0308ber fine')).toBe(true)
  expect(await hashing.fits(stored, 'Café über fine')).toBe(false)
  expect(await hashing.fits(undefined, 'nobody has this password')).toBe(false)
})

test('a hash of another cost is told apart', async () => {
  const stored = await createPasswordHashing(quick).hash('x')
  expect(createPasswordHashing(quick).outdated(stored)).toBe(false)
  expect(createPasswordHashing({ ...quick, passes: 2 }).outdated(stored)).toBe(true)
})

test('many sign-ins at once wait their turn, too many are turned away, and the event loop stays free', async () => {
  const hashing = createPasswordHashing({ memoryKib: 4096, passes: 2 })
  const stored = await hashing.hash('x')
  let ticks = 0
  const timer = setInterval(() => ticks++, 1)
  const answers = await Promise.allSettled(Array.from({ length: 200 }, () => hashing.fits(stored, 'x')))
  clearInterval(timer)
  const refused = answers.filter(({ status }) => status === 'rejected')
  expect(refused.length).toBe(98)
  expect(refused[0]).toMatchObject({ reason: { code: 'unavailable', retryAfter: 5 } })
  expect(ticks).toBeGreaterThan(20)
})
