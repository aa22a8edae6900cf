import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { documents, merged } from './documents.ts'
import { root, sources } from './source.ts'

test('documents made from the code are up to date; "npm run fix" makes them', async () => {
  for (const document of await documents()) {
    const before = readFileSync(join(root, document.path), 'utf8')
    expect(before, document.path).toBe(merged(document, before))
  }
})

const pages = sources(['.'], ['.md'])

test('every link between documents leads somewhere', () => {
  const broken = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g)]
      .map(([, target = '']) => ({ path, target }))
      .filter(({ target }) => !existsSync(join(root, dirname(path), target))),
  )
  expect(broken).toEqual([])
})

test('every npm script and command that a document names exists', () => {
  const scripts = Object.keys(
    (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }).scripts,
  )
  const builtIn = ['install', 'ci']
  const named = pages.flatMap(({ text }) =>
    [...text.matchAll(/^npm (?:run )?([a-z]+)|`npm (?:run )?([a-z]+)/gm)].map(
      ([, line, inText]) => line ?? inText ?? '',
    ),
  )
  expect(named.length).toBeGreaterThan(0)
  expect([...new Set(named)].filter((name) => !scripts.includes(name) && !builtIn.includes(name))).toEqual([])
})

test('the house keeps to eight scripts', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }
  expect(Object.keys(scripts).sort()).toEqual(['bench', 'check', 'dev', 'fix', 'new', 'start', 'test', 'types'])
})

test('every dependency has a line in a decision record', () => {
  const records = sources(['docs/adr'], ['.md'])
    .map(({ text }) => text)
    .join('\n')
  const manifests = [
    'package.json',
    'contract/package.json',
    'numerics/package.json',
    'server/package.json',
    'web/package.json',
    'cli/package.json',
  ].map(
    (path) =>
      JSON.parse(readFileSync(join(root, path), 'utf8')) as Record<
        'dependencies' | 'devDependencies',
        Record<string, string> | undefined
      >,
  )
  const names = manifests.flatMap((manifest) => [
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.devDependencies ?? {}),
  ])
  expect(
    [...new Set(names)].filter(
      (name) => !name.startsWith('@bellwether/') && !name.startsWith('@types/') && !records.includes(`\`${name}\``),
    ),
  ).toEqual([])
})
