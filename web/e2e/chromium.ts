import { existsSync } from 'node:fs'
import { env, stderr } from 'node:process'
import { type Browser, chromium } from 'playwright-core'
import { describe, test } from 'vitest'

// biome-ignore-start lint/style/noProcessEnv: of the tests' surroundings, not of the server
const EXECUTABLE = env.CHROMIUM_PATH || '/usr/bin/chromium'
const ALL = env.BELLWETHER_TEST_ALL === '1'
// biome-ignore-end lint/style/noProcessEnv: see above

/** Tests that drive a real Chromium. Without one they are skipped, and say so; where all must run they fail. */
export function inChromium(name: string, body: () => void): void {
  if (existsSync(EXECUTABLE)) return void describe(name, body)
  const missing = `no Chromium at ${EXECUTABLE}; install it or name it by CHROMIUM_PATH`
  if (ALL)
    return void test(name, () => {
      throw new Error(missing)
    })
  stderr.write(`skipped: ${name}: ${missing}\n`)
  describe.skip(`${name} (${missing})`, body)
}

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: EXECUTABLE,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'],
  })
