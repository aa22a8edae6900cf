import { AxeBuilder } from '@axe-core/playwright'
import { addFlag } from '@bellwether/contract/platform/flags'
import { makeKey } from '@bellwether/contract/platform/key'
import { addCalendarEntry } from '@bellwether/contract/sentinel/calendar'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { everywhere } from '../../server/src/testing.ts'
import { inChromium } from './chromium.ts'
import { type Desk, openDesk, picture } from './desk.ts'

const PAGES: [path: string, heading: string][] = [
  ['/sentinel/calendar', 'Calendar'],
  ['/sentinel/calendar?add=true', 'Calendar'],
  ['/settings/profile', 'Profile'],
  ['/settings/security', 'Security'],
  ['/settings/sessions', 'Sessions'],
  ['/settings/keys', 'API keys'],
  ['/settings/keys?add=true', 'API keys'],
  ['/system/health', 'Health'],
  ['/system/users', 'Users and roles'],
  ['/system/users?add=true', 'Users and roles'],
  ['/system/flags', 'Flags'],
  ['/system/flags?add=true', 'Flags'],
  ['/system/audit', 'Audit log'],
  ['/system/events', 'Events'],
  ['/system/events?tab=dead', 'Events'],
  ['/system/events?tab=facts', 'Events'],
  ['/system/jobs', 'Jobs'],
]

/** The page has what it asked for: no skeleton stands in for anything any more. */
async function settled(page: Page, heading: string): Promise<void> {
  await page.locator('h1', { hasText: heading }).waitFor()
  await expect
    .poll(() => page.locator('[aria-busy="true"], .mantine-Skeleton-root').count(), { timeout: 8_000 })
    .toBe(0)
}

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What axe calls serious or critical. The themes differ in colours alone: in the dark one only those are looked at. */
async function serious(page: Page, theme: 'light' | 'dark'): Promise<string[]> {
  const axe = new AxeBuilder({ page })
  const { violations } = await (theme === 'light' ? axe.withTags(TAGS) : axe.withRules(['color-contrast'])).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, target }) => `${id}: ${target.join(' ')} ${html.slice(0, 160)}`))
}

async function seed(desk: Desk): Promise<void> {
  const admin = everywhere('super_admin')
  const entries = [
    {
      title: 'Black Friday',
      kind: 'promotion',
      entity: '*',
      startsAt: '2099-11-26T23:00:00Z',
      endsAt: '2099-11-27T23:00:00Z',
      hoursBefore: 6,
      hoursAfter: 12,
    },
    {
      title: 'Christmas Day',
      kind: 'holiday',
      entity: 'DE',
      startsAt: '2099-12-24T23:00:00Z',
      endsAt: '2099-12-25T23:00:00Z',
    },
    {
      title: 'Stock count',
      kind: 'closing',
      entity: 'Hamburg warehouse',
      startsAt: '2099-12-30T05:00:00Z',
      endsAt: '2099-12-30T17:00:00Z',
    },
  ] as const
  for (const entry of entries)
    await desk.app.ask(addCalendarEntry, { body: { zone: 'Europe/Berlin', ...entry } }, admin)
  await desk.app.ask(
    addFlag,
    {
      body: {
        key: 'checkout.new-form',
        description: 'The shorter form, on one page',
        kind: 'boolean',
        on: true,
        owner: 'ada@example.org',
        percent: 12.5,
        expiresAt: '2099-03-01T00:00:00Z',
      },
    },
    admin,
  )
  await desk.app.ask(makeKey, { body: { name: 'Warehouse import', scopes: ['calendar:read'] } }, admin)
}

inChromium('every page', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk()
    await seed(desk)
  })
  afterAll(() => desk?.close())

  test.each(['light', 'dark'] as const)(
    'is without serious faults of access in the %s theme',
    { timeout: 120_000 },
    async (theme) => {
      const page = await desk.administrator({ theme })
      const found: string[] = []
      for (const [path, heading] of PAGES) {
        await page.goto(path)
        await settled(page, heading)
        await picture(page, `${nameOf(path)}-${theme}-1440`)
        found.push(...(await serious(page, theme)).map((fault) => `${path} ${fault}`))
      }
      await page.keyboard.press('Control+k')
      await page.getByLabel('Search pages and acts').waitFor()
      found.push(...(await serious(page, theme)).map((fault) => `palette ${fault}`))
      await picture(page, `palette-${theme}-1440`)
      const stranger = await desk.visitor({ theme })
      for (const path of ['/sign-in', '/welcome#token=made-up-made-up-made-up', '/nowhere']) {
        await stranger.goto(path)
        await stranger.locator('h1').or(stranger.getByText('There is no such page')).first().waitFor()
        found.push(...(await serious(stranger, theme)).map((fault) => `${path} ${fault}`))
        await picture(stranger, `${nameOf(path.split('#')[0] ?? path)}-${theme}-1440`)
      }
      expect(found).toEqual([])
      expect(desk.troubles).toEqual([])
    },
  )

  test.each(['light', 'dark'] as const)('fits a phone in the %s theme', { timeout: 120_000 }, async (theme) => {
    const page = await desk.administrator({ theme, width: 390 })
    const wide: string[] = []
    for (const [path, heading] of PAGES) {
      await page.goto(path)
      await settled(page, heading)
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      if (over > 0) wide.push(`${path} is ${over} px too wide`)
      await picture(page, `${nameOf(path)}-${theme}-390`)
    }
    await page.goto('/system/health')
    await settled(page, 'Health')
    await page.getByLabel('Open navigation').click()
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Flags' }).waitFor()
    await picture(page, `navigation-${theme}-390`)
    await page.getByRole('link', { name: 'Flags' }).click()
    await settled(page, 'Flags')
    expect(wide).toEqual([])
  })

  test('theme, density and zone take effect at once and follow the account', async () => {
    const page = await desk.administrator()
    await page.goto('/settings/profile')
    await settled(page, 'Profile')
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
    await page.getByText('As the system').click()
    await page.getByText('Comfortable').click()
    await page.getByRole('button', { name: 'Clear Time zone' }).click()
    await page.getByText('GMT+5:45').first().waitFor({ state: 'detached' })
  })
})

const nameOf = (path: string): string => path.slice(1).replaceAll(/[^a-z0-9]+/g, '-')
