// `npm start`: from a fresh clone to a running program, on any Node ≥ 18.
import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fail, node, root, say } from './console.mjs'
import { setUp } from './setup.mjs'

/** Bytes from which the log is put aside at the next start; the one before is then forgotten. */
const LARGEST_LOG = 64 * 1024 * 1024

say('\n  Bellwether\n')
await setUp()

const data = resolve(root, process.env.BELLWETHER_DATA || 'data')
const log = openLog()
// Its own words come on stderr; the JSON log goes to a file so that it does not bury them.
const child = spawn(node, [join(root, 'server/src/main.ts')], {
  cwd: root,
  stdio: ['ignore', log, 'inherit'],
  env: { ...process.env, BELLWETHER_DATA: data },
})
closeSync(log)

// The child ends in order and we end with it. At a terminal it has heard Ctrl-C already, and takes ours for the same.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.once('exit', (code, signal) => {
  if (signal) say(`Bellwether was ended by ${signal}; the next start picks up where it was.`)
  process.exit(code ?? 1)
})

/** One level at a time: recursive mkdir never returns where a system folder answers that nothing exists. */
function makeFolder(path) {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o711 })
}

function openLog() {
  try {
    makeFolder(data)
    const file = join(data, 'bellwether.log')
    if (existsSync(file) && statSync(file).size > LARGEST_LOG) renameSync(file, `${file}.1`)
    return openSync(file, 'a', 0o600)
  } catch (error) {
    return fail(
      `the data folder ${data} cannot be written (${error.code}); make it writable or set BELLWETHER_DATA to another`,
    )
  }
}
