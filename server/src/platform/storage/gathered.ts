/** Keys one query may carry; more are asked in the next. */
const MOST = 500

/**
 * Turns a read of many rows into reads of one: all keys that are asked for in the same turn of the event loop go into
 * one query. Under load a round trip to the database is then shared by many requests; alone, a read waits for nothing.
 */
export function gathered<K, V>(
  load: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>,
): (key: K) => Promise<V | undefined> {
  let waiting: { keys: Set<K>; found: Promise<ReadonlyMap<K, V>> } | undefined

  function gather(): NonNullable<typeof waiting> {
    const keys = new Set<K>()
    const found = new Promise<void>((turn) => setImmediate(turn)).then(() => {
      if (waiting?.keys === keys) waiting = undefined
      return load([...keys])
    })
    return { keys, found }
  }

  return async (key) => {
    if (waiting === undefined || waiting.keys.size >= MOST) waiting = gather()
    waiting.keys.add(key)
    return (await waiting.found).get(key)
  }
}
