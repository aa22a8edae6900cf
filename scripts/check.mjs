// All that CI runs, in its order. The last line says how many checks and tests passed and failed.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { node, root, say } from './console.mjs'

const RESULTS = join(root, 'artefacts/test-results.json')
const tool = (path, ...args) => [node, [join(root, 'node_modules', path), ...args]]

const steps = {
  types: tool('typescript/bin/tsc', '-b'),
  style: tool('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'),
}
const tests = tool(
  'vitest/vitest.mjs',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${RESULTS}`,
  ...process.argv.slice(2),
)

const count = { passed: 0, failed: 0, skipped: 0 }
for (const [name, [command, args]] of Object.entries(steps)) {
  say(`\n— ${name}`)
  count[(await succeeds(command, args)) ? 'passed' : 'failed']++
}
say('\n— tests')
rmSync(RESULTS, { force: true })
const fine = await succeeds(...tests)
countTests(fine)
process.stdout.write(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`)
process.exit(count.failed === 0 ? 0 : 1)

function succeeds(command, args) {
  return new Promise((resolve) => {
    spawn(command, args, { cwd: root, stdio: 'inherit' }).once('exit', (code) => resolve(code === 0))
  })
}

function countTests(fine) {
  const results = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {}
  count.passed += results.numPassedTests ?? 0
  count.failed += results.numFailedTests ?? 0
  count.skipped += (results.numPendingTests ?? 0) + (results.numTodoTests ?? 0)
  // A file that could not be loaded, or no test at all, fails the run without a failed test to count.
  if (!fine && !results.numFailedTests) count.failed++
}
