import type { Health } from '@bellwether/contract/platform/health'
import { healthTopic } from '@bellwether/contract/platform/health'
import { openLiveTicket } from '@bellwether/contract/platform/live'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, everywhere, type TestApp } from '../../server/src/testing.ts'
import { createLive } from '../src/lib/live/connection.ts'
import { createLine } from './line.ts'

let app: TestApp
let line: Awaited<ReturnType<typeof createLine>>
beforeAll(async () => {
  app = await createTestApp()
  line = await createLine(await app.gateway.listen({ host: '127.0.0.1', port: 0 }))
})
afterAll(async () => {
  line.close()
  await app.close()
})

const report = (version: string): Health => ({ status: 'ok', version, at: new Date().toISOString(), uptime: 1 })
const tell = (version: string): void =>
  app.platform.hub.publish(healthTopic, { type: 'changed', data: report(version) })

function connect() {
  const heard: string[] = []
  const states: string[] = []
  const live = createLive({
    address: async () => {
      const { ticket } = await app.ask(openLiveTicket, {}, everywhere('super_admin'))
      return `${line.url.replace('http', 'ws')}/ws?ticket=${ticket}`
    },
    random: () => 0,
  })
  live.onState(() => states.push(live.state().is))
  const leave = live.follow('health', {
    onEvent: (_, data) => heard.push((data as Health).version),
    onReset: () => heard.push('reset'),
  })
  return { live, heard, states, leave }
}

test('a line that is cut comes back by itself, and what was said meanwhile is heard once and in order', async () => {
  const { live, heard, states, leave } = connect()
  live.start()
  await expect.poll(() => live.state().is, { timeout: 10_000 }).toBe('live')
  // The subscription is answered after the greeting: what is said before is not ours to hear.
  await expect
    .poll(
      () => {
        tell('first')
        return heard.length
      },
      { timeout: 10_000 },
    )
    .toBeGreaterThan(0)
  const before = heard.length
  line.cut()
  await expect.poll(() => live.state().is, { timeout: 10_000 }).toBe('waiting')
  tell('second')
  tell('third')
  line.mend()
  await expect.poll(() => heard.slice(-2), { timeout: 15_000 }).toEqual(['second', 'third'])
  expect(heard.slice(0, -2).every((version) => version === 'first')).toBe(true)
  expect(heard.length).toBeGreaterThanOrEqual(before + 2)
  expect(states.filter((state) => state === 'live')).toHaveLength(2)
  leave()
  live.stop()
  expect(live.state().is).toBe('off')
})

test('who stops following hears no more, and others go on hearing', async () => {
  const { live, heard, leave } = connect()
  const other: string[] = []
  live.follow('health', {
    onEvent: (_, data) => other.push((data as Health).version),
    onReset: () => undefined,
  })
  live.start()
  const hearing = (version: string) => () => {
    tell(version)
    return other.includes(version)
  }
  await expect.poll(hearing('both'), { timeout: 10_000 }).toBe(true)
  expect(heard).toContain('both')
  leave()
  await expect.poll(hearing('one'), { timeout: 10_000 }).toBe(true)
  expect(heard).not.toContain('one')
  live.stop()
})
