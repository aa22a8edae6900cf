import { join } from 'node:path'
import { endpoint } from '@bellwether/contract/endpoint'
import { z } from 'zod'
import type { Config } from '../config/index.ts'
import { notFound } from '../errors/index.ts'
import { answer, type Route, routes } from '../gateway/index.ts'
import type { Secrets } from '../secrets/index.ts'
import type { Objects } from './face.ts'
import { createFolderObjects } from './folder.ts'

export type { ObjectInfo, Objects } from './face.ts'

export interface ObjectsParts {
  config: Pick<Config, 'data'>
  secrets: Secrets
  now: () => Date
  newId: () => string
}

/** A signed link is its own permission: whoever holds it may read that one object until it expires. */
const getSigned = endpoint('GET /api/v1/objects', {
  can: 'public',
  summary: 'Content of an object, by a signed link',
  query: z.object({ key: z.string().max(400), token: z.string().max(1000) }),
  answers: z.unknown(),
  produces: 'application/octet-stream',
})

/** Objects in the data folder. */
export function createObjects({ config, secrets, now, newId }: ObjectsParts): { objects: Objects; routes: Route[] } {
  const folder = createFolderObjects(join(config.data, 'objects'), newId)
  // Sealing binds the key into the token, so it opens no other object.
  const place = (key: string) => ({ table: 'object', row: key, field: 'link' })
  const objects: Objects = {
    ...folder,
    async sign(key, seconds) {
      const token = await secrets.seal(place(key), String(now().getTime() + seconds * 1000))
      return `${getSigned.path}?${new URLSearchParams({ key, token })}`
    },
  }
  const objectRoutes = routes((r) => {
    r.on(getSigned, async ({ query: { key, token } }) => {
      const until = await secrets.open(place(key), token).catch(() => '0') // a token that does not open is no token
      const found = Number(until) > now().getTime() ? await folder.get(key) : undefined
      if (!found) throw notFound('this link')
      const name = key.split('/').at(-1) ?? 'object'
      return answer(found.content, {
        headers: {
          'content-type': found.info.type,
          'content-length': String(found.info.bytes),
          'content-disposition': `attachment; filename="${name}"`,
          'cache-control': 'private, no-store',
        },
      })
    })
  })
  return { objects, routes: objectRoutes }
}
