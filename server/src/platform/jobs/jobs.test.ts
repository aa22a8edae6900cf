import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createTestDatabase } from '../../testing.ts'
import { system } from '../access/index.ts'
import { until } from '../bus/testdata/until.ts'
import { uuidv7 } from '../ids/index.ts'
import { createLog, currentContext, runIn } from '../telemetry/index.ts'
import { createJobs, type JobRun, queue } from './index.ts'

let database: Awaited<ReturnType<typeof createTestDatabase>>
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

const running: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((stop) => stop()))
})

const log = createLog({ logLevel: 'silent' })
const makeJobs = (more: { works?: boolean } = {}) =>
  createJobs({
    ...database,
    log,
    now: () => new Date(),
    newId: () => uuidv7(),
    pollSeconds: 0.5,
    retrySeconds: 0,
    cronSeconds: 1,
    ...more,
  })
async function started(jobs: ReturnType<typeof makeJobs>) {
  const stop = await jobs.start()
  running.push(stop)
  return jobs
}
let made = 0
const Numbers = (spec: { retries?: number; seconds?: number } = {}) =>
  queue(`test.numbers-${++made}`, { data: z.object({ n: z.number() }), ...spec })

test('a job enqueued in a transaction that is rolled back is never done', async () => {
  const numbers = Numbers()
  const done: number[] = []
  const jobs = makeJobs()
  jobs.work(numbers, async ({ data }) => void done.push(data.n))
  await started(jobs)
  await database.db
    .transaction()
    .execute(async (tx) => {
      await jobs.enqueue(tx, numbers, { data: { n: 1 } })
      throw new Error('undone')
    })
    .catch(() => undefined)
  await database.db.transaction().execute((tx) => jobs.enqueue(tx, numbers, { data: { n: 2 } }))
  await until('the second is done', () => done.length > 0)
  expect(done).toEqual([2])
})

test('a job carries on the work it came from, and what its schema does not name is left out', async () => {
  const numbers = Numbers()
  let seen: unknown
  const jobs = makeJobs()
  jobs.work(numbers, async (job) => {
    seen = { data: job.data, attempt: job.attempt, context: currentContext() }
  })
  await started(jobs)
  await runIn({ correlationId: 'request 9', principal: system('test') }, () =>
    jobs.enqueue(database.db, numbers, { data: { n: 1, secret: 'x' } as { n: number } }),
  )
  await until('it is done', () => seen !== undefined)
  expect(seen).toMatchObject({ data: { n: 1 }, attempt: 1, context: { correlationId: 'request 9' } })
  expect(JSON.stringify(seen)).not.toContain('secret')
})

test('a job that fails is tried again, then is dead with its reason; replayed it is done, dropped it is gone', async () => {
  const numbers = Numbers({ retries: 2 })
  let broken = true
  const tries: number[] = []
  const jobs = makeJobs()
  jobs.work(numbers, async ({ data, attempt }) => {
    tries.push(attempt)
    if (broken) throw new Error(`no paper for ${data.n}`)
  })
  await started(jobs)
  const dead = async () => (await jobs.dead.list({ queue: numbers.name, limit: 10 })).items
  await jobs.enqueue(database.db, numbers, { data: { n: 1 } })
  await until('it is dead', async () => (await dead()).length === 1)
  expect(tries).toEqual([1, 2, 3])
  const [job] = await dead()
  expect(job).toMatchObject({ queue: numbers.name, data: { n: 1 }, reason: 'no paper for 1', attempts: 3 })
  expect(await jobs.dead.show(job!.id)).toEqual(job)
  expect((await jobs.queues()).find((one) => one.queue === numbers.name)).toMatchObject({ dead: 1, waiting: 0 })

  broken = false
  expect(await jobs.dead.replay(job!.id)).toBe(true)
  await until('it was done', () => tries.length === 4)
  expect(await dead()).toEqual([])
  expect(await jobs.dead.replay(job!.id)).toBe(false)

  broken = true
  await jobs.enqueue(database.db, numbers, { data: { n: 2 }, retries: 0 })
  await until('the next is dead', async () => (await dead()).length === 1)
  const [next] = await dead()
  expect(await jobs.dead.drop(next!.id)).toBe(true)
  expect(await dead()).toEqual([])
  expect(await jobs.dead.drop(next!.id)).toBe(false)
}, 20_000)

test('dead jobs come in pages that neither repeat nor skip', async () => {
  const numbers = Numbers({ retries: 0 })
  const jobs = makeJobs()
  jobs.work(numbers, () => Promise.reject(new Error('never')), { concurrency: 3 })
  await started(jobs)
  for (let n = 0; n < 5; n++) await jobs.enqueue(database.db, numbers, { data: { n } })
  await until('all are dead', async () => (await jobs.dead.list({ queue: numbers.name, limit: 10 })).items.length === 5)
  const seen: unknown[] = []
  let cursor: string | undefined
  do {
    const page = await jobs.dead.list({ queue: numbers.name, limit: 2, cursor })
    seen.push(...page.items.map(({ data }) => (data as { n: number }).n))
    cursor = page.nextCursor
  } while (cursor)
  expect([...seen].sort()).toEqual([0, 1, 2, 3, 4])
}, 20_000)

test('characters that a database cannot hold do not stop a job', async () => {
  const texts = queue(`test.texts-${++made}`, { data: z.object({ text: z.string() }) })
  const done: string[] = []
  const jobs = makeJobs()
  jobs.work(texts, async ({ data }) => void done.push(data.text))
  await started(jobs)
  await jobs.enqueue(database.db, texts, { data: { text: 'nul \0, half a pair \ud800, \\u0000' } })
  await until('it is done', () => done.length === 1)
  expect(done).toEqual(['nul \uFFFD, half a pair \uFFFD, \\u0000'])
})

test('of one key one job waits; keys and jobs without one do not get in each other’s way', async () => {
  const numbers = Numbers()
  const jobs = await started(makeJobs({ works: false }))
  const enqueue = (key?: string) => jobs.enqueue(database.db, numbers, { data: { n: 1 }, ...(key ? { key } : {}) })
  expect(await enqueue('a')).toBeDefined()
  expect(await enqueue('a')).toBeUndefined()
  expect(await enqueue('b')).toBeDefined()
  expect(await enqueue()).toBeDefined()
  expect(await enqueue()).toBeDefined()
  expect((await jobs.queues()).find((one) => one.queue === numbers.name)?.waiting).toBe(4)
})

test('a job waits for its time', async () => {
  const numbers = Numbers()
  const done: number[] = []
  const jobs = makeJobs()
  jobs.work(numbers, async ({ data }) => void done.push(data.n))
  await started(jobs)
  await jobs.enqueue(database.db, numbers, { data: { n: 1 }, startAfter: new Date(Date.now() + 3_600_000) })
  await jobs.enqueue(database.db, numbers, { data: { n: 2 } })
  await until('the second is done', () => done.length > 0)
  expect(done).toEqual([2])
})

test('a schedule fires, and one that the program no longer has ends', async () => {
  const numbers = Numbers()
  const done: number[] = []
  const jobs = makeJobs()
  jobs.work(numbers, async ({ data }) => void done.push(data.n))
  jobs.cron({ name: 'every-minute', expression: '* * * * *', zone: 'Europe/Berlin', queue: numbers, data: { n: 7 } })
  const stop = await jobs.start()
  await until('it fired', () => done.length > 0)
  expect(done).toEqual([7])
  await stop()
  await started(makeJobs())
  const { rows } = await database.pool.query('select from pgboss.schedule')
  expect(rows).toHaveLength(0)
}, 20_000)

test('a running job shows how far it is, and stops within three seconds when told', async () => {
  const numbers = Numbers()
  let run: JobRun | undefined
  let aborted = false
  const jobs = makeJobs()
  jobs.work(numbers, async (_, now) => {
    run = now
    now.progress(0.25, 'a quarter')
    await new Promise<void>((resolve) => now.signal.addEventListener('abort', () => resolve(), { once: true }))
    aborted = true
  })
  const stop = await jobs.start()
  await jobs.enqueue(database.db, numbers, { data: { n: 1 } })
  const mine = async () => (await jobs.queues()).find((one) => one.queue === numbers.name)
  await until('it says how far it is', async () => (await mine())?.running[0]?.progress !== undefined)
  expect((await mine())?.running).toEqual([
    { id: expect.any(String), startedAt: expect.any(Date), progress: { share: 0.25, note: 'a quarter' } },
  ])
  expect(run?.signal.aborted).toBe(false)
  const began = performance.now()
  await stop()
  expect(performance.now() - began).toBeLessThan(3000)
  await until('it was told', () => aborted)
}, 20_000)

test('mistakes of wiring are told at once', async () => {
  const numbers = Numbers()
  const jobs = await started(makeJobs({ works: false }))
  jobs.work(numbers, async () => undefined)
  expect(() => jobs.work(numbers, async () => undefined)).toThrow(/worker already/)
  expect(() => jobs.work(queue('Bad Name', { data: z.object({}) }), async () => undefined)).toThrow(/cannot name/)
  const never = { name: 'x', expression: 'every day', zone: 'Europe/Berlin', queue: numbers, data: { n: 1 } }
  expect(() => jobs.cron(never)).toThrow()
  const wrong = jobs.enqueue(database.db, numbers, { data: { n: 'hunter2' as unknown as number } })
  await expect(wrong).rejects.toThrow(/n: invalid_type/)
  await expect(wrong).rejects.not.toThrow(/hunter2/)
})
