import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as wire from '@bellwether/contract/platform/api-page'
import type { LiveTopic } from '@bellwether/contract/topic'
import type { GatewayParts } from '../face.ts'
import { answer, type Route, routes } from '../routes.ts'
import { asyncApiOf } from './asyncapi.ts'
import { openApiOf } from './openapi.ts'
import type { Json } from './schemas.ts'

const TYPES = { 'page.js': 'text/javascript; charset=utf-8', 'page.css': 'text/css; charset=utf-8' } as const

export interface DocumentParts extends Pick<GatewayParts, 'config' | 'version' | 'events' | 'routes'> {
  topics: () => LiveTopic[]
}

/** The API described by itself: two documents for machines and a page for people. */
export function documentRoutes({ config, version, events, routes: others, topics }: DocumentParts): Route[] {
  const endpoints = () => [...others, ...own].map(({ endpoint }) => endpoint)
  const openApi = once(() => openApiOf({ version, config, endpoints: endpoints() }))
  const asyncApi = once(() => asyncApiOf({ version, events, topics: topics() }))
  const own = routes((r) => {
    r.on(wire.getOpenApi, openApi)
    r.on(wire.getAsyncApi, asyncApi)
    r.on(wire.getApiPage, () => answer(pageFile('page.html'), { headers: { 'cache-control': 'no-cache' } }))
    r.on(wire.getApiPageFile, ({ params: { file } }) =>
      answer(pageFile(file), { headers: { 'content-type': TYPES[file], 'cache-control': 'no-cache' } }),
    )
  })
  return own
}

const pageFile = (name: string): string => readFileSync(join(import.meta.dirname, 'page', name), 'utf8')

/** Made when first asked for, when everything is mounted. */
function once(make: () => Json): () => Json {
  let made: Json | undefined
  return () => {
    made ??= make()
    return made
  }
}
