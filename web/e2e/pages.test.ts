import { AxeBuilder } from '@axe-core/playwright'
import { addFlag } from '@bellwether/contract/platform/flags'
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

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** What axe calls serious or critical. The themes differ in colours alone: in the dark one only those are looked at. */
async function serious(page: Page, theme: 'light' | 'dark'): Promise<string[]> {
  const axe = new AxeBuilder({ page })
  // Behind a dialog lies a page that is looked at by itself.
  if ((await page.getByRole('dialog').count()) > 0) axe.include('[role="dialog"]')
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
}

/** Looks at a page in both themes and at both widths; answers what is wrong with it. */
async function inspect(page: Page, name: string): Promise<string[]> {
  const found: string[] = []
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await page.locator(`html[data-mantine-color-scheme="${theme}"]`).waitFor()
    await page.setViewportSize({ width: 1440, height: 900 })
    await picture(page, `${name}-${theme}-1440`)
    found.push(...(await serious(page, theme)))
    await page.setViewportSize({ width: 390, height: 844 })
    await picture(page, `${name}-${theme}-390`)
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    if (over > 0) found.push(`${over} px too wide for a phone`)
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  return found
}

inChromium('every page', () => {
  let desk: Desk
  let page: Page
  beforeAll(async () => {
    desk = await openDesk()
    await seed(desk)
    page = await desk.administrator()
    await page.evaluate(() =>
      fetch('/api/v1/me/keys', {
        method: 'POST',
        headers: { 'x-bellwether': '1', 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'Warehouse import', scopes: ['calendar:read', 'calendar:write'] }),
      }),
    )
  })
  afterAll(() => desk?.close())

  test.each(PAGES)('%s is without serious faults in both themes and fits a phone', async (path, heading) => {
    await page.goto(path)
    await settled(page, heading)
    expect(await inspect(page, nameOf(path))).toEqual([])
    expect(desk.troubles).toEqual([])
  })

  test.each([
    ['/sign-in', 'Sign in'],
    ['/welcome', 'This link does not work'],
    ['/nowhere', 'There is no such page'],
  ])('%s, which needs no account, is without serious faults', async (path, words) => {
    const stranger = await desk.visitor()
    await stranger.goto(path)
    await stranger.getByText(words).first().waitFor()
    expect(await inspect(stranger, nameOf(path))).toEqual([])
  })

  test('the palette is without serious faults', async () => {
    await page.goto('/settings/profile')
    await settled(page, 'Profile')
    await page.keyboard.press('Control+k')
    await page.getByLabel('Search pages and acts').waitFor()
    expect(await inspect(page, 'palette')).toEqual([])
  })

  test('on a phone the navigation opens, leads on and closes', async () => {
    const phone = await desk.administrator({ width: 390 })
    await phone.getByLabel('Open navigation').click()
    await phone.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Flags' }).waitFor()
    await picture(phone, 'navigation-light-390')
    await phone.getByRole('link', { name: 'Flags' }).click()
    await settled(phone, 'Flags')
    await phone.getByRole('navigation', { name: 'Pages' }).waitFor({ state: 'hidden' })
  })
})

const nameOf = (path: string): string => path.slice(1).replaceAll(/[^a-z0-9]+/g, '-')
