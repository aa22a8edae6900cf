import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inChromium } from './chromium.ts'
import { type Desk, openDesk, picture } from './desk.ts'

inChromium('what could not be handled', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk()
  })
  afterAll(() => desk?.close())

  /** As the event log leaves it when a consumer has failed as often as it may. */
  async function giveUp(key: string): Promise<void> {
    const id = randomUUID()
    const fact = {
      specversion: '1.0',
      id,
      source: 'test',
      type: 'test.parcel-lost',
      dataversion: 1,
      time: '2026-11-20T10:00:00.000Z',
      partitionkey: key,
      position: 1,
      data: { parcel: key },
    }
    await desk.app.platform.pool.query(
      `insert into platform.dead_letter (id, consumer, key, position, type, fact, reason, attempts, failed_at)
       values ($1, 'test.carrier', $2, 1, 'test.parcel-lost', $3, 'the carrier does not answer', 8, now())`,
      [id, key, JSON.stringify(fact)],
    )
  }

  test('is listed with its reason, looked at, and dropped', async () => {
    await giveUp('parcel 7')
    const page = await desk.administrator()
    await page.goto('/system/events?tab=dead')
    await page.getByRole('cell', { name: 'the carrier does not answer' }).waitFor()
    await picture(page, 'dead-letters')
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    const letter = page.getByRole('dialog', { name: 'Dead letter' })
    await letter.getByText('parcel 7').first().waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Drop', exact: true }).click()
    await page.getByText('test.carrier will never handle this fact.').waitFor()
    await page.getByRole('button', { name: 'Drop for good' }).click()
    await page.getByText('No dead letters').waitFor()
    const { rowCount } = await desk.app.platform.pool.query('select from platform.dead_letter')
    expect(rowCount).toBe(0)
  })
})
