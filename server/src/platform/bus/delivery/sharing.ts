import { type Group, LANES } from './group.ts'
import type { Ownership } from './ownership.ts'

/** Parts the lanes of each group fairly among the processes that run it. */
export function createSharing(groups: readonly Group[], announce: () => Promise<void>) {
  let sharing: Promise<void> = Promise.resolve()

  /** Takes this process's share of the lanes that are free, and gives up what is more than its share. */
  async function share(held: Ownership): Promise<void> {
    const members = await held.members(groups.map(({ name }) => name))
    let freed = false
    for (const group of groups) {
      const fair = Math.ceil(LANES / (members.get(group.name) ?? 1))
      const own = group.lanes()
      if (own.length < fair) await claim(held, group, fair - own.length)
      for (const lane of own.slice(fair)) {
        await group.release([lane])
        await held.release(group.name, lane)
        freed = true
      }
    }
    if (freed) await announce()
  }

  async function claim(held: Ownership, group: Group, wanted: number): Promise<void> {
    const own = new Set(group.lanes())
    const claimed: number[] = []
    for (let lane = 0; lane < LANES && claimed.length < wanted; lane++)
      if (!own.has(lane) && (await held.claim(group.name, lane))) claimed.push(lane)
    await group.adopt(claimed)
  }

  return {
    /** One at a time: the locks of one connection do not shut itself out. */
    share(held: () => Ownership | undefined): Promise<void> {
      sharing = sharing
        .catch(() => undefined) // told to who asked for it
        .then(() => {
          const now = held()
          return now && groups.length > 0 ? share(now) : undefined
        })
      return sharing
    },
    settled: () => sharing.catch(() => undefined),
  }
}
