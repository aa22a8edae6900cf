import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { invalid } from '../errors/index.ts'
import type { ObjectInfo, Objects } from './face.ts'

const META = '.meta.json'
const PART = '.part'
const KEY = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[\w][\w.\-/ ]{0,400}$/

/** Objects in a folder: the content in a file of the key's name, its type beside it. */
export function createFolderObjects(folder: string, newId: () => string): Omit<Objects, 'sign'> {
  const pathOf = (key: string): string => {
    if (!KEY.test(key) || key.endsWith(META) || key.endsWith(PART) || key.includes('//'))
      throw invalid(`"${key.slice(0, 80)}" cannot be the key of an object; use letters, digits, "-", "_", "." and "/"`)
    return join(folder, key)
  }

  async function info(key: string): Promise<ObjectInfo | undefined> {
    const path = pathOf(key)
    const found = await stat(path).catch(missing)
    const meta = found?.isFile() ? await readFile(path + META, 'utf8').catch(missing) : undefined
    if (!found || meta === undefined) return undefined
    return { key, bytes: found.size, type: (JSON.parse(meta) as { type: string }).type, storedAt: found.mtime }
  }

  return {
    info,
    async put(key, content, { type }) {
      const path = pathOf(key)
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      const part = `${path}.${newId()}${PART}`
      try {
        const source = typeof content === 'string' || content instanceof Uint8Array ? Readable.from([content]) : content
        await pipeline(source, createWriteStream(part, { mode: 0o600, flush: true }))
        await writeFile(path + META, JSON.stringify({ type }), { mode: 0o600 })
        await rename(part, path)
      } finally {
        await rm(part, { force: true })
      }
      return (await info(key)) as ObjectInfo
    },
    async get(key) {
      const found = await info(key)
      return found && { info: found, content: createReadStream(pathOf(key)) }
    },
    async remove(key) {
      await rm(pathOf(key), { force: true })
      await rm(pathOf(key) + META, { force: true })
    },
    async list({ prefix, after = '', limit }) {
      const keys = (await filesBelow(folder))
        .map((path) => relative(folder, path))
        .filter((key) => key.startsWith(prefix) && key > after)
      const infos = await Promise.all(keys.sort().slice(0, limit).map(info))
      return infos.filter((found) => found !== undefined)
    },
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const found = (await readdir(folder, { recursive: true, withFileTypes: true }).catch(missing)) ?? []
  return found
    .filter((entry) => entry.isFile() && !entry.name.endsWith(META) && !entry.name.endsWith(PART))
    .map((entry) => join(entry.parentPath, entry.name))
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
  throw error
}
