import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { builtWeb } from './build.ts'

const MOST = 300_000

interface Chunk {
  file: string
  imports?: string[]
  isEntry?: boolean
}

/** What a browser loads before the first page stands: the entry and all it imports at once. */
function firstLoad(folder: string, extra: readonly string[]): Map<string, number> {
  const manifest = JSON.parse(readFileSync(join(folder, '.vite', 'manifest.json'), 'utf8')) as Record<string, Chunk>
  const files = new Map<string, number>()
  function take(name: string): void {
    const chunk = manifest[name]
    if (!chunk || files.has(chunk.file)) return
    files.set(chunk.file, gzipSync(readFileSync(join(folder, chunk.file))).length)
    for (const next of chunk.imports ?? []) take(next)
  }
  for (const [name, { isEntry }] of Object.entries(manifest)) if (isEntry || extra.includes(name)) take(name)
  return files
}

test('the first load with any page is at most 300 kB of gzipped JavaScript', async () => {
  const folder = await builtWeb()
  const manifest = JSON.parse(readFileSync(join(folder, '.vite', 'manifest.json'), 'utf8')) as Record<string, Chunk>
  const pages = Object.keys(manifest).filter((name) => /page\.tsx$/.test(name))
  expect(pages.length).toBeGreaterThan(8)
  const sizes = pages.map((page) => {
    const total = [...firstLoad(folder, [page]).values()].reduce((sum, size) => sum + size, 0)
    return { page, total }
  })
  const largest = sizes.toSorted((a, b) => b.total - a.total)[0]
  expect(largest?.total, `${largest?.page} is the largest`).toBeLessThanOrEqual(MOST)
})

test('no inline script stands in the page, as the content policy demands', async () => {
  const html = readFileSync(join(await builtWeb(), 'index.html'), 'utf8')
  expect(html.match(/<script(?![^>]*\bsrc=)[^>]*>/g)).toBeNull()
  expect(html).not.toMatch(/\son[a-z]+=/)
})
