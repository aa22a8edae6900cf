#!/usr/bin/env node
// Starts the command line on the Node 24 that the lock file pins, whatever the machine has.
import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(dirname(realpathSync(fileURLToPath(import.meta.url)))))
const node = join(root, 'node_modules', '.bin', 'node')
if (!existsSync(node)) {
  process.stderr.write('Bellwether is not installed yet: run "npm start" once in its folder.\n')
  process.exit(1)
}
const main = join(root, 'cli', 'src', 'main.ts')
if (Number(process.versions.node.split('.')[0]) >= 24) await import(pathToFileURL(main).href)
else {
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.once('exit', (code) => process.exit(code ?? 1))
}
