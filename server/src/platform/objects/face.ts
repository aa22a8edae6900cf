import type { Readable } from 'node:stream'

export interface ObjectInfo {
  key: string
  bytes: number
  type: string
  storedAt: Date
}

/** Files of any size by key: exports, artefacts, backups. Keys look like paths: `exports/2026-11/orders.csv`. */
export interface Objects {
  /** Stored whole or not at all; an object of the same key is replaced. */
  put(key: string, content: Readable | Uint8Array | string, options: { type: string }): Promise<ObjectInfo>
  info(key: string): Promise<ObjectInfo | undefined>
  /** The content as a stream; undefined when there is none. */
  get(key: string): Promise<{ info: ObjectInfo; content: Readable } | undefined>
  remove(key: string): Promise<void>
  /** Keys below a prefix in their order, `after` a key. */
  list(query: { prefix: string; after?: string; limit: number }): Promise<ObjectInfo[]>
  /** A path that gives the content to whoever holds it, for some seconds. */
  sign(key: string, seconds: number): Promise<string>
}
