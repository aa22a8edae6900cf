import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import { afterAll, beforeAll, expect, test } from 'vitest'
import config from '../.dependency-cruiser.mjs'
import { root } from './source.ts'

/** A copy of what a slice touches, in which the packages of the house are those of the copy. */
let copy: string
beforeAll(() => {
  mkdirSync(join(root, 'artefacts'), { recursive: true })
  copy = mkdtempSync(join(root, 'artefacts', 'scaffold-'))
  const skip = /\/(node_modules|dist)(\/|$)/
  for (const path of [
    'contract',
    'numerics',
    'server',
    'cli',
    'scripts',
    'package.json',
    'tsconfig.base.json',
    'biome.json',
  ]) {
    cpSync(join(root, path), join(copy, path), {
      recursive: true,
      filter: (from) => !skip.test(from.slice(root.length)) && !from.endsWith('.tsbuildinfo'),
    })
  }
  mkdirSync(join(copy, 'node_modules/@bellwether'), { recursive: true })
  for (const name of ['contract', 'numerics', 'server'])
    symlinkSync(join(copy, name), join(copy, 'node_modules/@bellwether', name))
  for (const name of ['@biomejs', '.bin'])
    symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name))
  for (const name of ['cli', 'server']) symlinkSync(join(root, name, 'node_modules'), join(copy, name, 'node_modules'))
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

const runs = (tool: string, ...args: string[]) =>
  execFileSync(process.execPath, [join(root, 'node_modules', tool), ...args], {
    cwd: copy,
    encoding: 'utf8',
    stdio: 'pipe',
  })
/** What the type checker says of the copy; that the rest of the tree is well typed is checked elsewhere. */
function typeErrors(): string[] {
  try {
    return runs('typescript/bin/tsc', '-b', 'contract', 'server', 'cli').split('\n')
  } catch (error) {
    return (error as { stdout: string }).stdout.split('\n')
  }
}
const scaffold = (name: string) =>
  execFileSync(process.execPath, [join(copy, 'scripts/new.mjs'), name], { cwd: copy, encoding: 'utf8', stdio: 'pipe' })

test('a scaffolded slice is wired, typed, formatted and inside the walls, in an old context and in a new one', async () => {
  scaffold('sentinel/parcel-notes')
  scaffold('bizops/ledger')
  expect(readFileSync(join(copy, 'server/src/app.ts'), 'utf8')).toContain('createBizops')
  expect(readFileSync(join(copy, 'server/src/sentinel/index.ts'), 'utf8')).toContain('createParcelNotes')
  expect(typeErrors().filter((line) => /bizops|parcel-notes|app\.ts|^cli/.test(line))).toEqual([])
  runs(
    '@biomejs/biome/bin/biome',
    'check',
    '--vcs-enabled=false',
    '--error-on-warnings',
    'contract/src/bizops',
    'contract/src/sentinel',
    'server/src/bizops',
    'server/src/sentinel',
    'server/src/app.ts',
    'cli/src',
  )
  const { output } = await cruise(['server/src', 'cli/src', 'contract/src'], {
    ...config.options,
    ruleSet: { forbidden: config.forbidden },
    validate: true,
    baseDir: copy,
  } as Parameters<typeof cruise>[1])
  const found = (output as ICruiseResult).summary.violations.map(
    ({ rule, from, to }) => `${rule.name}: ${from} → ${to}`,
  )
  expect(found.filter((line) => /bizops|parcel-notes/.test(line))).toEqual([])
}, 120_000)

for (const name of ['sentinel', 'nowhere/orders', 'sentinel/Orders', 'sentinel/a/b', '']) {
  test(`"${name}" is refused with what would be right`, () => {
    expect(() => scaffold(name)).toThrow(/context\/feature/)
  })
}

test('what exists is not overwritten', () => {
  expect(() => scaffold('sentinel/calendar')).toThrow(/There is something already/)
})
