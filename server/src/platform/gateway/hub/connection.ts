import type { Permission } from '@bellwether/contract/endpoint'
import {
  HEARTBEAT_SECONDS,
  LIVE_CLOSE,
  type LiveMessage,
  LiveRequest,
  MAX_SUBSCRIPTIONS,
} from '@bellwether/contract/platform/live'
import type { LiveTopic } from '@bellwether/contract/topic'
import { allows, type Principal } from '../../access/index.ts'
import type { History, Kept } from './history.ts'

/** Characters waiting for a client that does not read; one that lets more pile up is dropped. */
const MOST_WAITING = 1024 * 1024
/** Messages a client may send within a second. */
const MOST_PER_SECOND = 50

/** The wire under a connection: a socket or an event stream. */
export interface Peer {
  send(text: string, about: { type: LiveMessage['type']; id?: string }): void
  /** Characters written but not yet taken by the network. */
  waiting(): number
  ping(): void
  close(code: number, reason: string): void
}

export interface ConnectionParts {
  id: string
  peer: Peer
  principal: Principal
  topics: ReadonlyMap<string, LiveTopic>
  history: History
  join(topic: string, connection: Connection): void
  leave(topic: string, connection: Connection): void
}

export interface Connection {
  readonly principal: Principal
  subscribe(topic: string, since?: string): void
  /** A raw message of the client. */
  take(raw: string): void
  deliver(message: Kept): void
  reset(topic: string, reason: string): void
  /** Notes a sign of life. */
  heard(): void
  /** Pings; drops a peer that was silent since two pings ago. */
  beat(): void
  end(code: number, reason: string): void
  closed(): void
}

export function createConnection(parts: ConnectionParts): Connection {
  const { id, peer, principal, topics, history } = parts
  const followed = new Set<string>()
  let silent = 0
  let isOpen = true
  let second = { at: 0, count: 0 }

  const tell = (message: LiveMessage): void => {
    if (isOpen) peer.send(JSON.stringify(message), { type: message.type })
  }
  function end(code: number, reason: string): void {
    if (!isOpen) return
    tell({ type: 'bye', code, reason })
    closed()
    peer.close(code, reason)
  }
  function closed(): void {
    isOpen = false
    for (const topic of followed) parts.leave(topic, connection)
    followed.clear()
  }

  function deliver(message: Kept): void {
    if (!isOpen || !mayGet(principal, topics.get(message.topic), message)) return
    if (peer.waiting() > MOST_WAITING)
      end(LIVE_CLOSE.tooSlow, 'too slow: messages piled up; connect again and resume from the last id you saw')
    else peer.send(message.text, { type: 'message', id: message.id })
  }

  function subscribe(name: string, since?: string): void {
    const refusal = refusalOf(name)
    if (refusal) {
      tell({ type: 'refused', topic: name, ...refusal })
      return
    }
    followed.add(name)
    parts.join(name, connection)
    tell({ type: 'subscribed', topic: name, lastId: since ?? history.lastId() })
    if (since === undefined) return
    const missed = history.since(name, since)
    if (missed) for (const message of missed) deliver(message)
    else reset(name, 'what came after that id is no longer known')
  }

  function refusalOf(name: string): { code: 'forbidden' | 'not_found' | 'too_many'; detail: string } | undefined {
    const topic = topics.get(name)
    if (!topic) return { code: 'not_found', detail: `there is no topic ${name}; see /api/asyncapi.json` }
    if (!mayFollow(principal, topic)) return { code: 'forbidden', detail: `this needs the permission ${topic.can}` }
    if (!followed.has(name) && followed.size >= MAX_SUBSCRIPTIONS)
      return { code: 'too_many', detail: `at most ${MAX_SUBSCRIPTIONS} topics at once; unsubscribe from one first` }
    return undefined
  }
  const reset = (topic: string, reason: string): void =>
    tell({ type: 'reset', topic, lastId: history.lastId(), reason })

  function take(raw: string): void {
    silent = 0
    const now = Math.floor(performance.now() / 1000)
    second = second.at === now ? { at: now, count: second.count + 1 } : { at: now, count: 1 }
    if (second.count > MOST_PER_SECOND) {
      end(LIVE_CLOSE.tooManyMessages, `at most ${MOST_PER_SECOND} messages a second`)
      return
    }
    const request = readRequest(raw)
    if (typeof request === 'string') tell({ type: 'refused', code: 'invalid', detail: request })
    else if (request.type === 'subscribe') subscribe(request.topic, request.since)
    else if (request.type === 'ping') tell({ type: 'pong' })
    else if (request.type === 'unsubscribe') {
      followed.delete(request.topic)
      parts.leave(request.topic, connection)
      tell({ type: 'unsubscribed', topic: request.topic })
    }
  }

  const connection: Connection = {
    principal,
    subscribe,
    take,
    deliver,
    reset,
    closed,
    end,
    heard: () => {
      silent = 0
    },
    beat() {
      silent += 1
      if (silent > 2) end(LIVE_CLOSE.silent, `silent for ${2 * HEARTBEAT_SECONDS} seconds`)
      else peer.ping()
    },
  }
  tell({ type: 'hello', connection: id, heartbeatSeconds: HEARTBEAT_SECONDS })
  return connection
}

/** The request, or what is wrong with it. */
function readRequest(raw: string): LiveRequest | string {
  try {
    const parsed = LiveRequest.safeParse(JSON.parse(raw))
    if (parsed.success) return parsed.data
    return parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'message'}: ${message}`).join('; ')
  } catch {
    return 'a message must be one JSON object such as {"type":"subscribe","topic":"health"}'
  }
}

const mayFollow = (principal: Principal, { can }: LiveTopic): boolean =>
  can === 'signed-in' ? principal.kind !== 'anonymous' : allows(principal, can)

function mayGet(principal: Principal, topic: LiveTopic | undefined, { domain, to }: Kept): boolean {
  if (!topic || (to !== undefined && to !== principal.id)) return false
  return topic.can === 'signed-in' || allows(principal, topic.can as Permission, domain)
}
