import { randomUUID } from 'node:crypto'
import { LIVE_CLOSE, type LiveMessage } from '@bellwether/contract/platform/live'
import type { LiveTopic } from '@bellwether/contract/topic'
import type pg from 'pg'
import { z } from 'zod'
import type { Principal } from '../../access/index.ts'
import type { Log, Metrics } from '../../telemetry/index.ts'
import { type Connection, createConnection, type Peer } from './connection.ts'
import { createFanOut } from './fan-out.ts'
import { createHistory, type Kept } from './history.ts'

const PER_CALLER = 30
const HEARTBEAT_MS = 25_000

type MessageOf<T extends LiveTopic> = {
  [K in keyof T['messages'] & string]: { type: K; data: z.input<T['messages'][K]>; domain?: string; to?: string }
}[keyof T['messages'] & string]

/** Whose connections are meant: of a session, a person or an API key. */
export type Whose = { sessionId: string } | { userId: string } | { keyId: string }

/** The one place where live messages go out, whoever follows them and over whatever wire. */
export interface Hub {
  /** Makes topics known; a name is taken once. */
  offer(...topics: LiveTopic[]): void
  topics(): LiveTopic[]
  /** Tells all who follow the topic, hold its permission (in `domain`, when given) and, with `to`, are that person. */
  publish<T extends LiveTopic>(topic: T, message: MessageOf<T>): void
  /** Closes connections in every process: what they were opened with no longer holds. */
  disconnect(whose: Whose, reason: string): void
  /** Takes a new connection in; undefined when the caller holds too many. */
  open(peer: Peer, principal: Principal): Connection | undefined
  forget(connection: Connection): void
  closeAll(reason: string): void
  start(): Promise<() => Promise<void>>
}

/** What processes hand each other. */
const Handed = z.union([
  z.object({
    topic: z.string(),
    id: z.string(),
    at: z.string(),
    event: z.object({ type: z.string(), data: z.unknown() }),
    domain: z.string().optional(),
    to: z.string().optional(),
  }),
  /** A message too large to hand over: only who sent it has it. */
  z.object({ topic: z.string(), large: z.string() }),
  z.object({
    end: z.union([
      z.object({ sessionId: z.string() }),
      z.object({ userId: z.string() }),
      z.object({ keyId: z.string() }),
    ]),
    reason: z.string(),
  }),
])

export interface HubParts {
  pool: pg.Pool
  log: Log
  metrics: Metrics
  now: () => Date
  newId: () => string
  heartbeatMs?: number
  history?: { messages: number; characters: number }
}

export function createHub(parts: HubParts): Hub {
  const { pool, log, metrics, now, newId, heartbeatMs = HEARTBEAT_MS } = parts
  const topics = new Map<string, LiveTopic>()
  const history = createHistory(randomUUID(), parts.history ?? { messages: 1000, characters: 4_000_000 })
  const connections = new Set<Connection>()
  const followers = new Map<string, Set<Connection>>()
  const large = new Map<string, Kept>()
  const fanOut = createFanOut({ pool, log, receive, missed: () => loseAll('messages may have been missed') })
  metrics.gauge({
    name: 'live_connections',
    help: 'Open sockets and event streams',
    read: (gauge) => gauge.set(connections.size),
  })
  const sent = metrics.counter({ name: 'live_messages_total', help: 'Live messages by topic', labels: ['topic'] })

  function receive(text: string): void {
    const handed = Handed.parse(JSON.parse(text))
    if ('end' in handed) endAll(handed.end, handed.reason)
    else if ('large' in handed) takeLarge(handed)
    else spread(keptOf(handed))
  }
  function takeLarge({ topic, large: id }: { topic: string; large: string }): void {
    const own = large.get(id)
    large.delete(id)
    if (own) spread(own)
    else lose(topic, 'a message was too large to be handed over')
  }
  function spread(message: Kept): void {
    history.add(message)
    for (const connection of followers.get(message.topic) ?? []) connection.deliver(message)
  }
  function lose(topic: string, reason: string): void {
    history.lose(topic)
    for (const connection of followers.get(topic) ?? []) connection.reset(topic, reason)
  }
  function loseAll(reason: string): void {
    for (const topic of topics.keys()) lose(topic, reason)
  }
  function endAll(whose: Whose, reason: string): void {
    for (const connection of connections)
      if (isOf(connection.principal, whose)) connection.end(LIVE_CLOSE.revoked, reason)
  }
  function closeAll(reason: string): void {
    for (const connection of connections) connection.end(1001, reason)
  }

  return {
    offer(...offered) {
      for (const topic of offered) {
        if (topics.has(topic.name)) throw new Error(`the live topic ${topic.name} is already offered`)
        topics.set(topic.name, topic)
      }
    },
    topics: () => [...topics.values()],
    publish(topic, { type, data, domain, to }) {
      if (topics.get(topic.name) !== topic) throw new Error(`the live topic ${topic.name} is not offered`)
      const shape = topic.messages[type]
      if (!shape) throw new Error(`the live topic ${topic.name} has no message ${type}`)
      const message = {
        topic: topic.name,
        id: newId(),
        at: now().toISOString(),
        event: { type, data: shape.parse(data) },
        domain,
        to,
      }
      sent.labels(topic.name).inc()
      const text = JSON.stringify(message)
      const fits = fanOut.fits(text)
      if (!fits) large.set(message.id, keptOf(message))
      fanOut.send(fits ? text : JSON.stringify({ topic: topic.name, large: message.id }))
    },
    disconnect: (whose, reason) => fanOut.send(JSON.stringify({ end: whose, reason })),
    open(peer, principal) {
      const same = [...connections].filter(
        ({ principal: { id, keyId } }) => id === principal.id && keyId === principal.keyId,
      )
      if (same.length >= PER_CALLER) return undefined
      const connection = createConnection({
        id: randomUUID(),
        peer,
        principal,
        topics,
        history,
        join: (topic, one) => followers.set(topic, (followers.get(topic) ?? new Set()).add(one)),
        leave: (topic, one) => followers.get(topic)?.delete(one),
      })
      connections.add(connection)
      return connection
    },
    forget(connection) {
      connection.closed()
      connections.delete(connection)
    },
    closeAll,
    async start() {
      const stop = await fanOut.start()
      const beat = setInterval(() => {
        for (const connection of connections) connection.beat()
      }, heartbeatMs)
      beat.unref()
      return async () => {
        clearInterval(beat)
        closeAll('the server stops')
        await stop()
      }
    },
  }
}

const isOf = (principal: Principal, whose: Whose): boolean =>
  ('sessionId' in whose && principal.sessionId === whose.sessionId) ||
  ('userId' in whose && principal.id === whose.userId) ||
  ('keyId' in whose && principal.keyId === whose.keyId)

function keptOf({
  domain,
  to,
  ...message
}: Omit<LiveMessage & { type: 'message' }, 'type'> & { domain?: string | undefined; to?: string | undefined }): Kept {
  return {
    topic: message.topic,
    id: message.id,
    text: JSON.stringify({ type: 'message', ...message } satisfies LiveMessage),
    domain,
    to,
  }
}
