// What the scripts say and how. Plain JavaScript: these run before anything is installed.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const tty = process.stderr.isTTY && !process.env.NO_COLOR
const paint = (code, text) => (tty ? `\u001b[${code}m${text}\u001b[0m` : text)
export const say = (text) => process.stderr.write(`${text}\n`)

/** Ends the script with one line that says what to do. */
export function fail(text) {
  say(`${paint(31, 'Bellwether cannot start:')} ${text}`)
  process.exit(1)
}

/** Runs one stage, saying that it runs, how long it goes on, and how long it took. */
export async function stage(name, work) {
  const began = Date.now()
  const seconds = () => `${((Date.now() - began) / 1000).toFixed(1)} s`
  const show = () => process.stderr.write(`\r  ${name} … ${seconds()} `)
  if (!tty) say(`  ${name} …`)
  const timer = tty ? setInterval(show, 200) : undefined
  if (tty) show()
  try {
    const note = await work()
    if (tty) process.stderr.write(`\r\u001b[2K  ${paint(32, '✓')} ${name} ${paint(2, note ?? seconds())}\n`)
  } finally {
    clearInterval(timer)
  }
}

/** Runs a program quietly; its output is shown only when it fails. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options })
    let output = ''
    child.stdout?.on('data', (data) => (output += data))
    child.stderr?.on('data', (data) => (output += data))
    child.once('error', reject)
    child.once('exit', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`${command} ${args.join(' ')} failed:\n${output.slice(-4000)}`)),
    )
  })
}

/** The npm that runs us, or the one on the path. */
export function npm(...args) {
  const cli = process.env.npm_execpath
  return cli?.endsWith('.js') ? run(process.execPath, [cli, ...args]) : run('npm', args)
}

/** Node 24, as the lock file pins it; every program of ours runs on it. */
export const node = join(root, 'node_modules', '.bin', 'node')

/** One hash over the contents of files and folders: tells whether a stage has anything to do. */
export function fingerprint(...paths) {
  const hash = createHash('sha256')
  for (const path of paths) for (const file of filesIn(join(root, path))) hash.update(file).update(readFileSync(file))
  return hash.digest('hex')
}

function filesIn(path) {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .filter((name) => name !== 'node_modules' && name !== 'dist' && name !== 'e2e')
    .sort()
    .flatMap((name) => filesIn(join(path, name)))
}

/** Does `work` unless it was done for the same fingerprint before. */
export async function once(stamp, print, work) {
  const file = join(root, stamp)
  if (existsSync(file) && readFileSync(file, 'utf8') === print) return 'up to date'
  await work()
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, print)
  return undefined
}
