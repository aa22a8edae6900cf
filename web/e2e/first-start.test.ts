import { TOTP } from 'otpauth'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inChromium } from './chromium.ts'
import { ADMIN, type Desk, openDesk, picture, signIn, textOf } from './desk.ts'

const codeOf = (secret: string, step = 0): string =>
  new TOTP({ secret }).generate({ timestamp: Date.now() + step * 30_000 })

inChromium('the first start', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk({ firstStart: true })
  })
  afterAll(() => desk?.close())

  test('the printed link makes the first account, which gets a second factor and signs in with it', async () => {
    const page = await desk.visitor()
    await page.goto('/sign-in')
    await page.getByText('Nobody has signed in here yet').waitFor()
    await picture(page, 'first-start-sign-in')

    await page.goto(desk.welcome)
    await page.getByRole('heading', { name: 'Welcome to Bellwether' }).waitFor()
    await page.getByLabel('Your name').fill('Ada Lovelace')
    await page.getByLabel('Choose a password').fill('password1234')
    await page.getByText('Not accepted').waitFor()
    await page.getByRole('button', { name: 'Create my account' }).click()
    await page.locator('[aria-invalid="true"]').waitFor()
    await page.getByLabel('Choose a password').fill(ADMIN.password)
    await page.getByText('Strong').waitFor()
    await picture(page, 'first-start-welcome')
    await page.getByRole('button', { name: 'Create my account' }).click()
    await page.getByRole('heading', { name: 'One more thing' }).waitFor()
    expect(page.url()).not.toContain('token')

    await page.getByRole('link', { name: 'Set up a second factor' }).click()
    await page.getByRole('heading', { name: 'Security', level: 1 }).waitFor()
    await page.getByRole('region', { name: 'Authenticator app' }).getByRole('button', { name: 'Set up' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('img', { name: /QR code/ }).waitFor()
    await picture(page, 'security-enrolment')
    const secret = (await textOf(dialog.getByLabel('The secret to type'))).replaceAll(/\s/g, '')
    await dialog.getByLabel('Code', { exact: true }).fill('000 000')
    await dialog.getByRole('button', { name: 'Turn on' }).click()
    await dialog.locator('[aria-invalid="true"], [role="alert"]').first().waitFor()
    await dialog.getByLabel('Code', { exact: true }).fill(codeOf(secret))
    await dialog.getByRole('button', { name: 'Turn on' }).click()
    const codes = (await textOf(page.getByRole('dialog').getByLabel('Recovery codes'))).split('\n')
    expect(codes).toHaveLength(10)
    await page.getByRole('button', { name: 'I have kept them' }).click()
    await page.getByText('since', { exact: false }).first().waitFor()

    await page.getByRole('button', { name: /Account of Ada Lovelace/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()

    await signIn(page, { ...ADMIN, password: 'not the password at all' })
    await page.getByRole('alert').waitFor()
    await signIn(page, ADMIN)
    await page.getByLabel('Code of your authenticator app').waitFor()
    await picture(page, 'sign-in-second-factor')
    // The code that turned it on is used up; the next one is as good.
    await page.getByLabel('Code of your authenticator app').fill(codeOf(secret, 1))
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Calendar' }).waitFor()
    expect(desk.troubles).toEqual([])
  })

  test('a link that was used, cut or made up says so and shows the way on', async () => {
    const page = await desk.visitor()
    await page.goto('/welcome')
    await page.getByRole('heading', { name: 'This link does not work' }).waitFor()
    await page.goto('about:blank')
    await page.goto('/welcome#token=made-up-made-up-made-up-made-up')
    await page.getByRole('heading', { name: 'This link does not work' }).waitFor()
    await page.getByRole('link', { name: 'Go to the sign-in' }).click()
    await page.getByLabel('E-mail').waitFor()
  })
})
