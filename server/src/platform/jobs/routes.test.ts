import * as wire from '@bellwether/contract/platform/jobs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createTestApp, everywhere, person, type TestApp } from '../../testing.ts'
import { until } from '../bus/testdata/until.ts'
import { createJobs, queue } from './index.ts'

const Letters = queue('test.letters', { data: z.object({ to: z.string() }), retries: 0 })
const ruler = everywhere('super_admin')
const reader = everywhere('domain_admin')

let app: TestApp
let stop: () => Promise<void>
let broken = true
const sent: string[] = []
beforeAll(async () => {
  app = await createTestApp()
  const jobs = createJobs({ ...app.platform, pollSeconds: 0.5 })
  jobs.work(Letters, async ({ data }) => {
    if (broken) throw new Error('no stamps')
    sent.push(data.to)
  })
  stop = await jobs.start()
})
afterAll(async () => {
  await stop()
  await app.close()
})

async function deadJob(to: string) {
  await app.platform.jobs.enqueue(app.platform.db, Letters, { data: { to } })
  const list = async () => (await app.ask(wire.listDeadJobs, { query: { queue: Letters.name } }, reader)).items
  await until('it is dead', async () => (await list()).length === 1)
  const [job] = await list()
  if (!job) throw new Error('gone again')
  return job
}

test('a dead job is listed without its data, shown with it, replayed and dropped', async () => {
  const job = await deadJob('Ada')
  expect(job).toMatchObject({ queue: Letters.name, reason: 'no stamps', attempts: 1 })
  expect(JSON.stringify(job)).not.toContain('Ada')
  const params = { id: job.id }
  expect((await app.ask(wire.getDeadJob, { params }, ruler)).data).toEqual({ to: 'Ada' })
  expect((await app.ask(wire.listQueues, {}, reader)).items).toContainEqual({
    queue: Letters.name,
    waiting: 0,
    running: [],
    dead: 1,
    schedules: [],
  })
  broken = false
  await app.ask(wire.replayDeadJob, { params }, ruler)
  await until('it was done', () => sent.includes('Ada'))
  broken = true
  const other = await deadJob('Grace')
  await app.ask(wire.dropDeadJob, { params: { id: other.id } }, ruler)
  expect(await app.refused(wire.getDeadJob, { params: { id: other.id } }, ruler)).toMatchObject({ status: 404 })
  expect(await app.refused(wire.replayDeadJob, { params }, ruler)).toMatchObject({ status: 404 })
})

test('who may not, may not, and what a client sends cannot break it', async () => {
  const params = { id: '0190a1b2-0000-7000-8000-00000000dead' }
  const local = person({ role: 'domain_admin', domain: 'warehouse' })
  expect(await app.refused(wire.replayDeadJob, { params }, reader)).toMatchObject({ status: 403 })
  expect(await app.refused(wire.dropDeadJob, { params }, reader)).toMatchObject({ status: 403 })
  expect(await app.refused(wire.getDeadJob, { params }, local)).toMatchObject({ status: 403 })
  expect(await app.refused(wire.listQueues, {}, everywhere('analyst'))).toMatchObject({ status: 403 })
  expect(await app.refused(wire.listDeadJobs, {})).toMatchObject({ status: 401 })
  expect(await app.refused(wire.listDeadJobs, { query: { cursor: 'made up' } }, ruler)).toMatchObject({ status: 400 })
  expect(await app.refused(wire.getDeadJob, { params: { id: 'x' } }, ruler)).toMatchObject({ status: 400 })
})
