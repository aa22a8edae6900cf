import { afterAll, beforeAll, expect, test } from 'vitest'
import { inChromium } from './chromium.ts'
import { type Desk, openDesk, picture } from './desk.ts'

inChromium('how one likes to see things', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk()
  })
  afterAll(() => desk?.close())

  test('theme, density and zone take effect at once and follow the account', async () => {
    const page = await desk.administrator()
    await page.goto('/settings/profile')
    await page.getByRole('heading', { name: 'Profile' }).waitFor()
    await page.getByText('Dark', { exact: true }).click()
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor()
    await page.getByText('Compact', { exact: true }).click()
    await page.locator('html[data-density="compact"]').waitFor()
    await page.getByRole('combobox', { name: 'Time zone' }).fill('Kathmandu')
    await page.getByRole('option', { name: /Kathmandu/ }).click()
    await page.getByText('GMT+5:45').first().waitFor()
    const elsewhere = await desk.administrator()
    await elsewhere.locator('html[data-mantine-color-scheme="dark"][data-density="compact"]').waitFor()
    await elsewhere.goto('/settings/profile')
    await elsewhere.getByText('GMT+5:45').first().waitFor()
    await picture(elsewhere, 'profile-compact-dark')
    await page.getByRole('combobox', { name: 'Time zone' }).fill('As this machine')
    await page.getByRole('option', { name: /As this machine/ }).click()
    await page.getByText('GMT+5:45').first().waitFor({ state: 'detached' })
    expect(desk.troubles).toEqual([])
  })
})
