import { expect, test } from 'vitest'
import { invalid } from '../errors/index.ts'
import { createPolicy, type PolicyOptions } from './index.ts'

const policy = (options: Partial<PolicyOptions> = {}) =>
  createPolicy({
    name: 'the carrier',
    timeout: 50,
    retries: 2,
    atOnce: 1,
    queue: 0,
    failures: 3,
    restAfter: 60_000,
    ...options,
  })

test('a passing fault is tried again', async () => {
  let tries = 0
  const answer = await policy().run(async () => {
    if (++tries < 3) throw new Error('connection reset')
    return 'tracked'
  })
  expect({ answer, tries }).toEqual({ answer: 'tracked', tries: 3 })
})

test('a refusal of our own is not', async () => {
  let tries = 0
  const run = policy().run(async () => {
    tries++
    throw invalid('no such parcel')
  })
  await expect(run).rejects.toMatchObject({ code: 'invalid' })
  expect(tries).toBe(1)
})

test('one that never answers is given up, its signal aborted', async () => {
  let aborted = 0
  const run = policy({ retries: 0 }).run(
    (signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error(`aborted ${++aborted}`)))),
  )
  await expect(run).rejects.toMatchObject({ code: 'unavailable', message: 'the carrier did not answer within 50 ms' })
  expect(aborted).toBe(1)
})

test('one that keeps failing is given a rest', async () => {
  const carrier = policy({ retries: 0 })
  for (let failure = 0; failure < 3; failure++)
    await expect(carrier.run(() => Promise.reject(new Error('503')))).rejects.toThrow('503')
  await expect(carrier.run(async () => 'never asked')).rejects.toMatchObject({ code: 'unavailable', retryAfter: 60 })
  expect(carrier.state()).toEqual({ open: true, reason: '503', active: 0 })
})

test('more calls at once than allowed are refused, not queued without end', async () => {
  const carrier = policy({ timeout: 5000 })
  const { promise, resolve: finish } = Promise.withResolvers<string>()
  const first = carrier.run(() => promise)
  await expect(carrier.run(async () => 'second')).rejects.toMatchObject({ code: 'unavailable', retryAfter: 1 })
  finish('first')
  expect(await first).toBe('first')
})
