import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, expect, test } from 'vitest'

const home = mkdtempSync(join(tmpdir(), 'bw-serve-'))
chmodSync(home, 0o711)
const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0))
    if (child.exitCode === null && child.signalCode === null) await end(child, 'SIGTERM')
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** Starts the real program on a data folder and a free port. */
function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: {
      PATH: process.env.PATH,
      BELLWETHER_PORT: '0',
      BELLWETHER_DEMO: '0',
      BELLWETHER_LOG_LEVEL: 'warn',
      BELLWETHER_ADMIN_PASSWORD: 'correct horse battery staple',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  child.stdout.resume()
  let said = ''
  child.stderr.on('data', (data) => {
    said += data
  })
  const url = new Promise<string>((resolve, reject) => {
    child.stderr.on('data', () => {
      const found = /Open +(\S+)/.exec(said)?.[1]
      if (found) resolve(found)
    })
    child.once('exit', () => reject(new Error(`ended before it was ready:\n${said}`)))
  })
  url.catch(() => undefined)
  return { child, url, said: () => said }
}

/** As at a terminal, where a signal comes from the terminal and from the programs above. */
async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<{ code: number | null; ms: number }> {
  const began = performance.now()
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve))
  child.kill(signal)
  setTimeout(() => child.kill(signal), 20)
  return { code: await gone, ms: performance.now() - began }
}

/** Starts, expects it to refuse, and gives what it said. */
async function refusal(env: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const { child } = start(env)
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const said = child.stderr ? await text(child.stderr) : ''
  return { code: await gone, said }
}

const alive = async (url: string) => (await fetch(`${url}/livez`)).status

test('it starts, is healthy, ends in order on Ctrl-C, starts again fast, and takes over after kill -9', async () => {
  const data = { BELLWETHER_DATA: join(home, 'life') }
  const first = start(data)
  expect(await alive(await first.url)).toBe(200)
  const stopped = await end(first.child, 'SIGINT')
  expect(stopped.code).toBe(0)
  expect(stopped.ms).toBeLessThan(5000)

  const began = performance.now()
  const second = start(data)
  expect(await alive(await second.url)).toBe(200)
  expect(performance.now() - began).toBeLessThan(5000)
  await end(second.child, 'SIGKILL')

  const third = start(data)
  expect(await alive(await third.url)).toBe(200)
  const databases = execFileSync('ps', ['-eo', 'args'])
    .toString()
    .split('\n')
    .filter((line) => line.includes('postgres -D') && line.includes(join(home, 'life')))
  expect(databases.length).toBe(1)

  const other = await refusal(data)
  expect(other).toMatchObject({ code: 1, said: expect.stringContaining('is in use by another Bellwether') })
}, 60_000)

test('a taken port is told before anything is started', async () => {
  const server = createServer()
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  )
  const { code, said } = await refusal({ BELLWETHER_DATA: join(home, 'port'), BELLWETHER_PORT: String(port) })
  server.close()
  expect({ code, said }).toEqual({
    code: 1,
    said: `Bellwether cannot start: port ${port} is taken; stop the program that has it, or set BELLWETHER_PORT to another\n`,
  })
})

test('a data folder where nothing can be made is told', async () => {
  const { code, said } = await refusal({ BELLWETHER_DATA: '/proc/nowhere' })
  expect({ code, said }).toEqual({
    code: 1,
    said: expect.stringContaining('the data folder /proc/nowhere cannot be written'),
  })
})

test('a data folder that cannot be written is told', async () => {
  writeFileSync(join(home, 'file'), '')
  const { code, said } = await refusal({ BELLWETHER_DATA: join(home, 'file', 'data') })
  expect({ code, said }).toEqual({
    code: 1,
    said: `Bellwether cannot start: the data folder ${join(home, 'file', 'data')} cannot be written; make it writable or set BELLWETHER_DATA to another\n`,
  })
})

for (const [what, url] of [
  ['that nobody answers', 'postgres://app:secret-pass@127.0.0.1:1/app'],
  ['of another database', 'mysql://app:secret-pass@127.0.0.1/app'],
] as const) {
  test(`a DATABASE_URL ${what} is told in one line, without its password`, async () => {
    const { code, said } = await refusal({ BELLWETHER_DATA: join(home, 'url'), DATABASE_URL: url })
    expect(code).toBe(1)
    expect(said).toMatch(/^(.* …\n)*Bellwether cannot start: .*DATABASE_URL.*\n$/)
    expect(said).not.toContain('secret-pass')
  })
}

test('as root it also works below a folder that only root can enter', async () => {
  if (process.getuid?.() !== 0) return
  const closed = join(home, 'closed')
  mkdirSync(closed, { mode: 0o700 })
  const { url } = start({ BELLWETHER_DATA: join(closed, 'data') })
  expect(await alive(await url)).toBe(200)
}, 30_000)
