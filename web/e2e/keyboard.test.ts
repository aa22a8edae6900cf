import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inChromium } from './chromium.ts'
import { type Desk, openDesk } from './desk.ts'

/** What has the focus, by the name it tells. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement
    const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined
    return (element?.getAttribute('aria-label') ?? label ?? element?.textContent ?? '').trim()
  })

/** Goes on by Tab until the thing of that name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    if ((await focused(page)) === name) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`"${name}" is not reached by Tab; the focus is on "${await focused(page)}"`)
}

inChromium('by keyboard alone', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk()
  })
  afterAll(() => desk?.close())

  test('a calendar entry is found by the palette, added, sorted and removed', async () => {
    const page = await desk.administrator()
    await page.goto('/settings/profile')
    await page.getByRole('heading', { name: 'Profile' }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByLabel('Search pages and acts').waitFor()
    await page.keyboard.type('holidays')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Calendar' }).waitFor()
    await expect.poll(() => focused(page)).toBe('Calendar')

    await tabTo(page, 'Add entry')
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('Title')
    await page.keyboard.press('Enter')
    await page.locator('[aria-invalid="true"]').waitFor()
    await expect.poll(() => focused(page)).toBe('Title')
    await page.keyboard.type('Day of Unity')
    await page.keyboard.press('Escape') // what is typed is not thrown away by a slip
    await page.keyboard.press('Tab')
    await page.keyboard.type('Hol')
    await tabTo(page, 'Where')
    await page.keyboard.type('DE')
    await page.keyboard.press('Enter')
    await page.getByRole('cell', { name: 'Day of Unity', exact: true }).waitFor()
    await page
      .getByRole('row', { name: /Day of Unity/ })
      .getByText('Holiday')
      .waitFor()
    await expect.poll(() => focused(page)).toBe('Add entry')

    await tabTo(page, 'Title')
    await page.keyboard.press('Enter')
    await page.locator('th[aria-sort="ascending"]').waitFor()
    await tabTo(page, 'Remove Day of Unity')
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('Cancel')
    await tabTo(page, 'Remove')
    await page.keyboard.press('Enter')
    await page.getByText('Nothing is planned').waitFor()
    expect(desk.troubles).toEqual([])
  })

  test('the first Tab offers to skip to the page', async () => {
    const page = await desk.administrator()
    await page.goto('/settings/sessions')
    await page.getByRole('heading', { name: 'Sessions', level: 1 }).waitFor()
    await page.evaluate(() => {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    })
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('Skip to the page')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('page')
  })
})
