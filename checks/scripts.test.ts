import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root, sources } from './source.ts'

/** Runs `npm start`'s script on a machine that pretends to be another. */
const startOn = (pretend: string): Promise<{ code: number; said: string }> =>
  new Promise((resolve) => {
    const preload = `data:text/javascript,${encodeURIComponent(pretend)}`
    execFile(
      process.execPath,
      ['--import', preload, join(root, 'scripts/start.mjs')],
      { env: { PATH: process.env.PATH } },
      (error, _, said) => resolve({ code: Number(error?.code ?? 0), said }),
    )
  })
const machine = (name: string, value: unknown) =>
  `Object.defineProperty(process, '${name}', { value: ${JSON.stringify(value)} })`

for (const [what, pretend, advice] of [
  ['an old Node', machine('versions', { node: '16.20.2' }), 'this is Node 16.20.2; install Node 18 or newer'],
  ['Windows', machine('platform', 'win32'), 'run it inside WSL 2'],
  ['an unknown platform', machine('platform', 'sunos'), 'is not supported; supported are linux-x64'],
] as const) {
  test(`${what} is told in one line that says what to do, with exit code 1`, async () => {
    const { code, said } = await startOn(pretend)
    expect(code).toBe(1)
    const told = said.split('\n').filter((line) => line.startsWith('Bellwether cannot start:'))
    expect(told).toEqual([expect.stringContaining(advice)])
  })
}

test('scripts that run before the install use nothing that Node 18 lacks', () => {
  const early = sources(['scripts'], ['.mjs']).filter(({ path }) => !path.endsWith('new.mjs'))
  const late = early.flatMap(({ path, text }) =>
    [...text.matchAll(/from '([^']+)'/g)]
      .map(([, from = '']) => ({ path, from }))
      .filter(({ from }) => !from.startsWith('node:') && !from.startsWith('./')),
  )
  expect(late).toEqual([])
  for (const { path, text } of early)
    expect(text, path).not.toMatch(
      /import\.meta\.(dirname|filename)|Promise\.withResolvers|\.toSorted\(|Object\.groupBy/,
    )
})

test('.ci/run and the workflow run what the README says', () => {
  expect(readFileSync(join(root, '.ci/run'), 'utf8')).toMatch(/^npm test$/m)
  expect(readFileSync(join(root, '.github/workflows/ci.yml'), 'utf8')).toContain('bash .ci/run')
  expect(readFileSync(join(root, 'README.md'), 'utf8')).toMatch(/^npm start$/m)
})
