import { LIVE_CLOSE, LiveMessage, type LiveRequest } from '@bellwether/contract/platform/live'

/** `off`: not wanted. `waiting`: lost, the next try is at `retryAt`. */
export type LiveState =
  | { is: 'off' }
  | { is: 'connecting' }
  | { is: 'live' }
  | { is: 'waiting'; since: number; retryAt: number }

export interface Follower {
  onEvent: (type: string, data: unknown) => void
  /** Messages were missed for good: read the state anew. */
  onReset: () => void
}

export interface LiveParts {
  /** The address to connect to, with a fresh ticket. */
  address: () => Promise<string>
  now?: () => number
  random?: () => number
}

const SLOWEST = 30_000
/** A server that says nothing, not even a ping, for this long is gone; it pings every 25 s. */
const SILENCE = 60_000

/** Tells all who listen. */
function createBell() {
  const all = new Set<() => void>()
  return {
    tell: () => {
      for (const listener of all) listener()
    },
    onState: (listener: () => void) => {
      all.add(listener)
      return () => {
        all.delete(listener)
      }
    },
  }
}

/** One socket for the whole page. It reconnects by itself and resumes each topic after the last message it saw. */
export function createLive({ address, now = Date.now, random = Math.random }: LiveParts) {
  const followers = new Map<string, Set<Follower>>()
  const lastSeen = new Map<string, string>()
  const { onState, tell } = createBell()
  let state: LiveState = { is: 'off' }
  let socket: WebSocket | undefined
  let [attempts, lostSince]: [number, number?] = [0]
  let [retry, silence]: (ReturnType<typeof setTimeout> | undefined)[] = []

  function become(next: LiveState): void {
    state = next
    tell()
  }

  const send = (request: LiveRequest): void => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(request))
  }

  function subscribeTo(topic: string): void {
    const since = lastSeen.get(topic)
    send({ type: 'subscribe', topic, ...(since ? { since } : {}) })
  }

  async function connect(): Promise<void> {
    clearTimeout(retry)
    retry = undefined
    if (state.is !== 'waiting') become({ is: 'connecting' })
    try {
      const opened = new WebSocket(await address())
      if (state.is === 'off') return opened.close()
      socket = opened
      opened.onmessage = ({ data }) => receive(data)
      opened.onclose = ({ code }) => lost(opened, code)
      listenForSilence()
    } catch {
      schedule() // the way to a ticket is down too; the next try tells
    }
  }

  function receive(text: unknown): void {
    listenForSilence()
    const message = parsed(text)
    if (message?.type === 'hello') greeted()
    else if (message?.type === 'ping') send({ type: 'pong' })
    else if (message && 'topic' in message && message.topic !== undefined) heard(message.topic, message)
  }

  function greeted(): void {
    attempts = 0
    lostSince = undefined
    become({ is: 'live' })
    for (const topic of followers.keys()) subscribeTo(topic)
  }

  function heard(topic: string, message: LiveMessage): void {
    const all = followers.get(topic) ?? []
    if (message.type === 'message') {
      lastSeen.set(topic, message.id)
      for (const { onEvent } of all) onEvent(message.event.type, message.event.data)
    } else if (message.type === 'reset') {
      lastSeen.set(topic, message.lastId)
      for (const { onReset } of all) onReset()
    } else if (message.type === 'subscribed' && !lastSeen.has(topic)) lastSeen.set(topic, message.lastId)
  }

  function lost(closed: WebSocket, code: number): void {
    if (closed !== socket) return
    socket = undefined
    clearTimeout(silence)
    if (state.is === 'off') return
    if (code === LIVE_CLOSE.tooManyMessages) attempts = Math.max(attempts, 4)
    schedule()
  }

  /** Waits longer after each failure, and not as long as everybody else. */
  function schedule(): void {
    if (state.is === 'off') return
    const delay = Math.min(SLOWEST, 500 * 2 ** attempts) * (0.6 + 0.4 * random())
    attempts++
    lostSince ??= now()
    become({ is: 'waiting', since: lostSince, retryAt: now() + delay })
    clearTimeout(retry)
    retry = setTimeout(() => void connect(), delay)
  }

  function listenForSilence(): void {
    clearTimeout(silence)
    silence = setTimeout(() => socket?.close(), SILENCE)
  }

  return {
    state: () => state,
    onState,
    start(): void {
      if (state.is !== 'off') return
      become({ is: 'connecting' })
      void connect()
    },
    stop(): void {
      clearTimeout(retry)
      clearTimeout(silence)
      become({ is: 'off' })
      lastSeen.clear()
      attempts = 0
      lostSince = undefined
      socket?.close()
      socket = undefined
    },
    /** Tries at once instead of waiting; for a click, or when the machine says that it is back online. */
    retryNow(): void {
      if (state.is === 'waiting' && retry) void connect()
    },
    follow(topic: string, follower: Follower): () => void {
      const all = followers.get(topic) ?? new Set()
      const isFirst = all.size === 0
      all.add(follower)
      followers.set(topic, all)
      if (isFirst && state.is === 'live') subscribeTo(topic)
      return () => {
        all.delete(follower)
        if (all.size > 0) return
        followers.delete(topic)
        lastSeen.delete(topic)
        send({ type: 'unsubscribe', topic })
      }
    },
  }
}
export type Live = ReturnType<typeof createLive>

function parsed(text: unknown): LiveMessage | undefined {
  try {
    return LiveMessage.safeParse(JSON.parse(String(text))).data
  } catch {
    return undefined // not ours; the silence timer ends a connection that only speaks nonsense
  }
}
