import { inviteUser } from '@bellwether/contract/platform/user'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { everywhere } from '../../server/src/testing.ts'
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

  test('somebody else who signs in in another tab finds no page of the first one left open', async () => {
    const first = await desk.administrator()
    await first.goto('/settings/profile')
    await first.getByLabel('E-mail').waitFor()
    const root = { ...everywhere('super_admin'), confirmedAt: new Date() }
    const body = { email: 'grace@example.org', grants: [{ role: 'viewer' as const, domain: '*' }] }
    const { link } = await desk.app.ask(inviteUser, { body }, root)
    const second = await first.context().newPage()
    await second.goto(link.path)
    await second.getByLabel('Your name').fill('Grace Hopper')
    await second.getByLabel('Choose a password').fill('nanoseconds in a coil of wire')
    await second.getByRole('button', { name: 'Create my account' }).click()
    await second.getByRole('heading', { name: 'One more thing' }).waitFor()
    await first.getByRole('button', { name: /Account of Grace Hopper/ }).waitFor({ timeout: 20_000 })
  })
})
