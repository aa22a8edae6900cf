import { addCalendarEntry } from '@bellwether/contract/sentinel/calendar'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { everywhere } from '../../server/src/testing.ts'
import { inChromium } from './chromium.ts'
import { ADMIN, confirmByPassword, type Desk, openDesk, picture, signIn, textOf } from './desk.ts'

inChromium('people, keys and the audit log', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk()
  })
  afterAll(() => desk?.close())

  test('a person is invited with one role in one domain, and sees only what it grants', async () => {
    for (const domain of ['business', 'warehouse'])
      await desk.app.ask(
        addCalendarEntry,
        {
          body: {
            title: `Day of ${domain}`,
            kind: 'event',
            domain,
            zone: 'UTC',
            startsAt: '2099-01-01T00:00:00Z',
            endsAt: '2099-01-02T00:00:00Z',
          },
        },
        everywhere('analyst'),
      )
    const admin = await desk.administrator()
    await admin.goto('/system/users')
    await admin.getByRole('button', { name: 'Invite a person' }).click()
    const form = admin.getByRole('dialog', { name: 'Invite a person' })
    await form.getByLabel('E-mail').fill('grace@example.org')
    await form.getByLabel('Domain of role 1').fill('warehouse')
    await form.getByRole('button', { name: 'Make the invitation' }).click()
    const link = admin.getByLabel('One-time link')
    await link.or(admin.getByRole('dialog', { name: 'Confirm that it is you' })).waitFor()
    if (!(await link.isVisible())) await confirmByPassword(admin, ADMIN.password)
    const address = (await textOf(link)).trim()
    await picture(admin, 'users-invitation')
    await admin.getByRole('button', { name: 'Done' }).click()
    await admin.getByRole('cell', { name: 'grace@example.org', exact: true }).waitFor()

    const grace = await desk.visitor()
    await grace.goto(address)
    await grace.getByText('Viewer in warehouse').waitFor()
    await grace.getByLabel('Your name').fill('Grace Hopper')
    await grace.getByLabel('Choose a password').fill('nanoseconds in a coil of wire')
    await grace.getByRole('button', { name: 'Create my account' }).click()
    await grace.getByRole('link', { name: 'Later' }).click()
    await grace.getByRole('cell', { name: 'Day of warehouse', exact: true }).waitFor()
    expect(await grace.getByRole('cell', { name: 'Day of business', exact: true }).count()).toBe(0)
    expect(await grace.getByRole('button', { name: 'Add entry' }).count()).toBe(0)
    const pages = await grace.getByRole('navigation', { name: 'Pages' }).getByRole('link').allInnerTexts()
    expect(pages).toEqual(['Calendar', 'Profile', 'Security', 'Sessions', 'API keys'])
    await grace.goto('/system/users')
    await grace.getByText('You may not open “Users and roles”').waitFor()
    await picture(grace, 'not-allowed')

    await admin.reload()
    await admin.getByRole('button', { name: 'Acts on Grace Hopper' }).click()
    await admin.getByRole('menuitem', { name: 'Suspend…' }).click()
    await admin.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click()
    await admin
      .getByRole('row', { name: /Grace Hopper/ })
      .getByText('Suspended')
      .waitFor()
    await grace.goto('/')
    await grace.getByRole('heading', { name: 'Sign in' }).waitFor()
    await signIn(grace, { email: 'grace@example.org', password: 'nanoseconds in a coil of wire' })
    await grace.getByRole('alert').waitFor()
    expect(desk.troubles).toEqual([])
  })

  test('a key is made, works, is shown once, and is revoked', async () => {
    const page = await desk.administrator()
    await page.goto('/settings/keys')
    await page.getByRole('button', { name: 'Make a key' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('Warehouse import')
    await page.getByRole('group', { name: 'Calendar' }).getByLabel('read').check()
    await page.getByRole('button', { name: 'Make the key' }).click()
    const key = (await textOf(page.getByLabel('The key', { exact: true }))).trim()
    expect(key).toMatch(/^bw_/)
    await picture(page, 'keys-made')
    const ask = () => fetch(`${desk.url}/api/v1/calendar/entries`, { headers: { authorization: `Bearer ${key}` } })
    expect((await ask()).status).toBe(200)
    await page.getByRole('button', { name: 'I have it' }).click()
    await page.getByRole('cell', { name: 'Warehouse import', exact: true }).waitFor()
    expect(await page.content()).not.toContain(key)
    await page.getByRole('button', { name: 'Revoke Warehouse import' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await page.getByText('No keys yet').waitFor()
    expect((await ask()).status).toBe(401)
  })

  test('the audit log is searched, an act is opened, the chain is verified', async () => {
    const page = await desk.administrator()
    const at = { zone: 'UTC', startsAt: '2099-01-01T00:00:00Z', endsAt: '2099-01-02T00:00:00Z' }
    const body = { title: 'Day of the audit', kind: 'event', ...at } as const
    await desk.app.ask(addCalendarEntry, { body }, everywhere('analyst'))
    await page.goto('/system/audit?text=Day+of+the+audit')
    await page.getByRole('button', { name: /^Show calendar.added/ }).click()
    const record = page.getByRole('dialog', { name: 'What was done' })
    await record.getByRole('row', { name: /title/ }).getByText('Day of the audit').waitFor()
    await picture(page, 'audit-record')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Verify now' }).click()
    await page.getByText('The log is whole').waitFor()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download Acts as CSV' }).click(),
    ])
    expect(file.suggestedFilename()).toMatch(/^acts-\d{4}-\d\d-\d\d\.csv$/)
  })

  test('a dangerous act asks once more who one is, then is done; who declines changes nothing', async () => {
    const page = await desk.administrator()
    desk.later(11) // a confirmation holds for ten minutes
    await page.goto('/settings/sessions')
    await page.getByRole('button', { name: 'End all others' }).click()
    const asked = page.getByRole('dialog', { name: 'End all your other sessions?' })
    await asked.getByRole('button', { name: 'End them' }).click()
    await page.getByRole('dialog', { name: 'Confirm that it is you' }).getByRole('button', { name: 'Close' }).click()
    await asked.getByRole('alert').waitFor()
    await asked.getByRole('button', { name: 'End them' }).click()
    await confirmByPassword(page, ADMIN.password)
    await page.getByText(/other sessions? (has|have) ended/).waitFor()
  })

  test('a session that ends under an open form is signed in again on top of it; nothing typed is lost', async () => {
    const page = await desk.administrator()
    await page.goto('/sentinel/calendar?add=true')
    const form = page.getByRole('dialog', { name: 'Add to the calendar' })
    await form.getByLabel('Title').fill('Typed before the session ended')
    await page.context().clearCookies()
    await form.getByRole('button', { name: 'Add entry' }).click()
    const expired = page.getByRole('dialog', { name: 'Your session has ended' })
    await expired.waitFor()
    await picture(page, 'session-expired')
    await expired.getByLabel('Password', { exact: true }).fill(ADMIN.password)
    await expired.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('cell', { name: 'Typed before the session ended', exact: true }).waitFor()
    expect(desk.troubles).toEqual([])
  })
})
