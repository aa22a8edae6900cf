/** A message as it lies in the history of its topic. `text` is what travels, made once for all who get it. */
export interface Kept {
  topic: string
  id: string
  text: string
  domain?: string | undefined
  /** Only for this person. */
  to?: string | undefined
}

export interface HistoryLimits {
  messages: number
  characters: number
}

interface Ring {
  kept: { at: number; message: Kept }[]
  characters: number
  /** Place of the newest message that is gone. */
  lost: number
}

/** The last messages of each topic, in the one order in which all processes saw them. */
export function createHistory(bootId: string, { messages, characters }: HistoryLimits) {
  const rings = new Map<string, Ring>()
  const places = new Map<string, number>([[bootId, 0]])
  let place = 0
  let lastId = bootId

  function ringOf(topic: string): Ring {
    const known = rings.get(topic)
    if (known) return known
    const ring: Ring = { kept: [], characters: 0, lost: 0 }
    rings.set(topic, ring)
    return ring
  }

  return {
    lastId: () => lastId,
    add(message: Kept): void {
      const ring = ringOf(message.topic)
      place += 1
      lastId = message.id
      places.set(message.id, place)
      ring.kept.push({ at: place, message })
      ring.characters += message.text.length
      while (ring.kept.length > messages || (ring.characters > characters && ring.kept.length > 1)) {
        const gone = ring.kept.shift()
        if (!gone) break
        ring.characters -= gone.message.text.length
        ring.lost = gone.at
        places.delete(gone.message.id)
      }
    },
    /** Something of the topic was missed: nobody can resume across this. */
    lose(topic: string): void {
      place += 1
      const ring = ringOf(topic)
      for (const { message } of ring.kept) places.delete(message.id)
      rings.set(topic, { kept: [], characters: 0, lost: place })
    },
    /** What came after the message `id`; undefined when that can no longer be told. */
    since(topic: string, id: string): Kept[] | undefined {
      const from = places.get(id)
      const ring = ringOf(topic)
      if (from === undefined || from < ring.lost) return undefined
      return ring.kept.filter(({ at }) => at > from).map(({ message }) => message)
    },
  }
}
export type History = ReturnType<typeof createHistory>
