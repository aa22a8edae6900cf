import { mkdirSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import type { Config } from '../../server/src/platform/config/index.ts'
import { createTestApp } from '../../server/src/testing.ts'
import { builtWeb } from './build.ts'
import { launch } from './chromium.ts'

export const ADMIN = { email: 'admin@example.org', password: 'a calm harbour at dawn, 7 boats' }
const SHOTS = join(import.meta.dirname, '..', '..', 'artefacts', 'screenshots')

export interface DeskOptions {
  /** Nobody has an account yet; the first one is made by the printed link. */
  firstStart?: true
  config?: Partial<Config>
  /** Where something else must know the address before the server listens. */
  port?: number
}

interface View {
  theme?: 'light' | 'dark'
  width?: number
}

/** The real server with the built pages on a port of its own, and a real browser before it. */
export async function openDesk({ firstStart, config, port: wanted = 0 }: DeskOptions = {}) {
  const [web, browser] = await Promise.all([builtWeb(), launch()])
  const admin = firstStart ? {} : { adminPassword: ADMIN.password }
  let ahead = 0
  const now = () => new Date(Date.now() + ahead)
  const app = await createTestApp({ config: { web, adminEmail: ADMIN.email, ...admin, ...config }, now })
  const welcome = await app.platform.bootstrap()
  await app.gateway.listen({ host: '127.0.0.1', port: wanted })
  const { port } = app.gateway.server.address() as AddressInfo
  const url = `http://localhost:${port}`
  const contexts: BrowserContext[] = []
  /** What went wrong in a page without anybody seeing it. */
  const troubles: string[] = []

  /** A browser of its own: no cookies but its own. */
  async function visitor({ theme = 'light', width = 1440 }: View = {}): Promise<Page> {
    const context = await browser.newContext({
      baseURL: url,
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
      colorScheme: theme,
      reducedMotion: 'reduce',
      viewport: { width, height: width < 600 ? 844 : 900 },
    })
    contexts.push(context)
    context.setDefaultTimeout(8_000)
    const page = await context.newPage()
    page.on('pageerror', (error) => troubles.push(`${page.url()}: ${error.message}`))
    page.on('console', (line) => {
      // The browser writes a line for every refusal and lost socket too; those are part of the tests.
      if (line.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(line.text()))
        troubles.push(`${page.url()}: ${line.text()}`)
    })
    return page
  }

  return {
    app,
    url,
    welcome: welcome ?? '',
    troubles,
    visitor,
    /** Puts the server's clock forward. */
    later: (minutes: number): void => {
      ahead += minutes * 60_000
    },
    async administrator(view?: View): Promise<Page> {
      const page = await visitor(view)
      await page.goto('/')
      await signIn(page, ADMIN)
      await page.locator('#page h1').waitFor()
      return page
    },
    async close() {
      await Promise.all(contexts.map((context) => context.close()))
      await browser.close()
      await app.close()
    },
  }
}
export type Desk = Awaited<ReturnType<typeof openDesk>>

export async function signIn(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** Answers the dialog that asks who one is before a dangerous act. */
export async function confirmByPassword(page: Page, password: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' })
  await dialog.getByLabel('Your password').fill(password)
  await dialog.getByRole('button', { name: 'Confirm' }).click()
  await dialog.waitFor({ state: 'hidden' })
}

/** A picture for people to look at, kept by the continuous integration. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(SHOTS, { recursive: true })
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true, animations: 'disabled' })
}

export const textOf = async (locator: Locator): Promise<string> => (await locator.textContent()) ?? ''

/** A port that is free at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
