import { addCalendarEntry } from '@bellwether/contract/sentinel/calendar'
import { afterAll, beforeAll, test } from 'vitest'
import { everywhere } from '../../server/src/testing.ts'
import { inChromium } from './chromium.ts'
import { ADMIN, type Desk, openDesk, picture, signIn } from './desk.ts'
import { createLine } from './line.ts'

inChromium('when the server is gone', () => {
  let desk: Desk
  let line: Awaited<ReturnType<typeof createLine>>
  beforeAll(async () => {
    desk = await openDesk()
    line = await createLine(desk.url)
  })
  afterAll(async () => {
    line?.close()
    await desk?.close()
  })

  test('an open page says so, connects again by itself, and shows what came meanwhile', async () => {
    const page = await desk.visitor()
    await page.goto(line.url)
    await signIn(page, ADMIN)
    await page.getByText('Nothing is planned').waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
    line.cut()
    await page.getByText('The connection is lost.').waitFor()
    await picture(page, 'connection-lost')
    const body = { title: 'Added meanwhile', kind: 'event', zone: 'UTC' } as const
    const span = { startsAt: '2099-01-01T00:00:00Z', endsAt: '2099-01-02T00:00:00Z' }
    await desk.app.ask(addCalendarEntry, { body: { ...body, ...span } }, everywhere('analyst'))
    line.mend()
    await page.getByText('Connected again.').waitFor({ timeout: 20_000 })
    await page.getByRole('cell', { name: 'Added meanwhile', exact: true }).waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
  })

  test('a page that is opened meanwhile waits, and opens when the server is back', async () => {
    const page = await desk.visitor()
    await page.goto(line.url)
    await signIn(page, ADMIN)
    await page.getByRole('heading', { name: 'Calendar' }).waitFor()
    // The page itself is still in the browser's hands; only what it asks for no longer comes.
    await page.route(/\/(api|livez)/, (route) => route.abort())
    await page.reload()
    await page.getByText('The server does not answer').waitFor({ timeout: 20_000 })
    await picture(page, 'server-down')
    await page.unroute(/\/(api|livez)/)
    await page.getByRole('heading', { name: 'Calendar' }).waitFor({ timeout: 20_000 })
  })
})
