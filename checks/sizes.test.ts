import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { functionSizes } from './sizes.ts'
import { root, sources } from './source.ts'

const LONGEST_FUNCTION = 40
const MOST_FILES_IN_A_SLICE = 8

/** Functions that cannot meet the limit today, with the lines they have. The list may only shrink. */
const ratchet = JSON.parse(readFileSync(join(root, 'checks/ratchet.json'), 'utf8')) as Record<string, number>

const product = sources(
  ['contract/src', 'numerics/src', 'server/src', 'web/src', 'cli/src', 'bench', 'scripts'],
  ['.ts', '.tsx', '.mjs'],
).filter(({ path }) => !path.includes('.test.'))

test(`no function has more than ${LONGEST_FUNCTION} lines of its own, but for those on the shrinking list`, () => {
  const long = product.flatMap(functionSizes).filter(({ lines }) => lines > LONGEST_FUNCTION)
  const over = long.filter(({ path, name, lines }) => lines > (ratchet[`${path}:${name}`] ?? LONGEST_FUNCTION))
  expect(over.map(({ path, name, line, lines }) => `${path}:${line} ${name} has ${lines} lines`)).toEqual([])
})

test('the shrinking list holds nothing that meets the limit by now', () => {
  const long = new Set(
    product
      .flatMap(functionSizes)
      .filter(({ lines }) => lines > LONGEST_FUNCTION)
      .map(({ path, name }) => `${path}:${name}`),
  )
  expect(Object.keys(ratchet).filter((entry) => !long.has(entry))).toEqual([])
})

test(`no slice has more than ${MOST_FILES_IN_A_SLICE} source files`, () => {
  const count = new Map<string, number>()
  for (const { path } of product) {
    const slice = /^server\/src\/(?!platform\/)[^/]+\/[^/]+(?=\/)/.exec(path)?.[0]
    if (slice && !path.includes('/testdata/')) count.set(slice, (count.get(slice) ?? 0) + 1)
  }
  expect([...count].filter(([, files]) => files > MOST_FILES_IN_A_SLICE)).toEqual([])
})

test('a context says in at most 30 lines what it is, and its face has at most 60', () => {
  const long = sources(['server/src'], ['README.md', 'index.ts']).filter(
    ({ path, text }) =>
      /^server\/src\/(?!platform\/)[^/]+\/(README\.md|index\.ts)$/.test(path) &&
      text.split('\n').length > (path.endsWith('.md') ? 31 : 61),
  )
  expect(long.map(({ path }) => path)).toEqual([])
})

const filler = (lines: number) => Array.from({ length: lines }, (_, index) => `  a(${index})`).join('\n')

test('a long function is seen, however it is written', () => {
  const text = `// ümlaut\nexport function long() {\n${filler(50)}\n}\nconst arrow = () => {\n${filler(60)}\n}\n`
  expect(functionSizes({ path: 'a.ts', text }).map(({ name, line, lines }) => [name, line, lines])).toEqual([
    ['long', 2, 52],
    ['arrow', 54, 62],
  ])
})

test('a factory is as long as its wiring', () => {
  const text = `export function createX() {\n  return {\n    one() {\n${filler(30)}\n    },\n    two: () => {\n${filler(30)}\n    },\n  }\n}\n`
  expect(functionSizes({ path: 'a.ts', text }).map(({ name, lines }) => [name, lines])).toEqual([
    ['one', 32],
    ['two', 32],
    ['createX', 6],
  ])
})
