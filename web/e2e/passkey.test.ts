import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inChromium } from './chromium.ts'
import { type Desk, openDesk, picture } from './desk.ts'

/** A fingerprint reader of the browser's own, that always recognises its owner. */
async function withAuthenticator(page: Page): Promise<void> {
  const browser = await page.context().newCDPSession(page)
  await browser.send('WebAuthn.enable')
  await browser.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

inChromium('passkeys', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk()
  })
  afterAll(() => desk?.close())

  test('a passkey is added, signs in without a password, confirms a dangerous act, and is removed', async () => {
    const page = await desk.administrator()
    await withAuthenticator(page)
    await page.goto('/settings/security')
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('Laptop')
    await page.getByRole('dialog').getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('button', { name: 'I have kept them' }).click()
    const passkeys = page.getByRole('region', { name: 'Passkeys' })
    await passkeys.getByText('Laptop').waitFor()
    await picture(page, 'security-passkey')

    await page.getByRole('button', { name: /Account of/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.getByRole('heading', { name: 'Calendar', level: 1 }).waitFor()

    desk.later(11) // a confirmation holds for ten minutes
    await page.goto('/settings/security')
    await page.getByRole('button', { name: 'Remove Laptop' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await passkeys.getByText('Laptop').waitFor({ state: 'detached' })
    await page.getByText('Your account has no second factor').waitFor()
    expect(desk.troubles).toEqual([])
  })
})
