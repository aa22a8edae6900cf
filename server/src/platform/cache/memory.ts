import type { Engine } from './face.ts'

export interface MemoryLimits {
  entries: number
  /** Characters of all texts together. */
  characters: number
}

interface Entry {
  text: string
  expires: number
  moment: number
  tags: readonly string[]
}

const MOST_TAGS = 50_000

/** Keeps texts in this process: the least recently used go first when there are too many. */
export function createMemoryEngine(
  now: () => number = Date.now,
  { entries: most, characters: largest }: MemoryLimits = { entries: 20_000, characters: 64 * 1024 * 1024 },
): Engine {
  const entries = new Map<string, Entry>() // in order of last use
  const dropped = new Map<string, number>()
  let clock = 0
  /** Everything begun before this is stale: what forgotten tags meant. */
  let floor = 0
  let characters = 0

  const forget = (key: string): void => {
    characters -= entries.get(key)?.text.length ?? 0
    entries.delete(key)
  }
  const isStale = ({ moment, tags }: Pick<Entry, 'moment' | 'tags'>): boolean =>
    moment < floor || tags.some((tag) => (dropped.get(tag) ?? 0) > moment)

  return {
    moment: async () => clock,
    async read(key) {
      const entry = entries.get(key)
      if (!entry) return undefined
      if (entry.expires <= now() || isStale(entry)) {
        forget(key)
        return undefined
      }
      entries.delete(key)
      entries.set(key, entry)
      return entry.text
    },
    async write(key, text, { seconds, tags, moment }) {
      if (isStale({ moment, tags }) || text.length > largest / 4) return
      forget(key)
      entries.set(key, { text, expires: now() + seconds * 1000, moment, tags })
      characters += text.length
      for (const oldest of entries.keys()) {
        if (entries.size <= most && characters <= largest) break
        forget(oldest)
      }
    },
    drop: async (key) => forget(key),
    async dropTags(tags) {
      clock += 1
      for (const tag of tags) dropped.set(tag, clock)
      if (dropped.size <= MOST_TAGS) return
      dropped.clear()
      floor = clock
    },
    check: async () => undefined,
    close: async () => entries.clear(),
  }
}
