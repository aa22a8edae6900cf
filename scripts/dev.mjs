// `npm run dev`: the server restarting on change, and the web app with hot reload in front of it.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { node, root, say } from './console.mjs'
import { checkMachine, install } from './setup.mjs'

await checkMachine()
await install()
say('  Web app with hot reload: http://localhost:5173\n')
const children = [
  spawn(
    node,
    ['--watch-path=server/src', '--watch-path=contract/src', '--watch-preserve-output', 'server/src/main.ts'],
    { cwd: root, stdio: 'inherit' },
  ),
  spawn(node, [join(root, 'node_modules/vite/bin/vite.js')], { cwd: join(root, 'web'), stdio: 'inherit' }),
]
for (const child of children) {
  child.once('exit', (code) => {
    for (const other of children) other.kill('SIGINT')
    process.exitCode = code ?? 1
  })
}
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of children) child.kill(signal)
  })
}
