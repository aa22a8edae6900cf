import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { Instant } from '../page.ts'

/** Seconds between the server's pings; a peer silent for two of them is dropped. */
export const HEARTBEAT_SECONDS = 25
export const MAX_SUBSCRIPTIONS = 100
/** Bytes of one message from a client. */
export const MAX_LIVE_MESSAGE = 16_384

/** Codes a WebSocket is closed with, beside 1000, 1001 (server stops) and 1009 (message too large). */
export const LIVE_CLOSE = {
  tooSlow: 1013,
  invalidMessage: 4400,
  unauthenticated: 4401,
  revoked: 4403,
  silent: 4408,
  tooManyMessages: 4429,
} as const

/** Redeemed once, within its seconds, as `?ticket=` of `/ws` or `/api/v1/live`. */
export const LiveTicket = z.object({ ticket: z.string(), expiresIn: z.number().int() })
export const openLiveTicket = endpoint('POST /api/v1/live/tickets', {
  can: 'signed-in',
  summary: 'A one-time ticket that opens a socket or an event stream for the caller',
  answers: LiveTicket,
  status: 201,
  secret: true,
})

const TopicName = z.string().min(1).max(100)
const MessageId = z.string().min(1).max(64)

/** What a client sends over `/ws`. */
export const LiveRequest = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('subscribe'),
    topic: TopicName,
    /** Id of the last message seen: what came after it is sent first, or a `reset` when that is no longer known. */
    since: MessageId.optional(),
  }),
  z.strictObject({ type: z.literal('unsubscribe'), topic: TopicName }),
  z.strictObject({ type: z.literal('ping') }),
  z.strictObject({ type: z.literal('pong') }),
])
export type LiveRequest = z.output<typeof LiveRequest>

/** What the server sends, over `/ws` as one JSON text a message, over SSE as the `data` of an event named by `type`. */
export const LiveMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), connection: z.string(), heartbeatSeconds: z.number() }),
  /** Messages from now on follow; `lastId` is where a later resume may start. */
  z.object({ type: z.literal('subscribed'), topic: TopicName, lastId: MessageId }),
  z.object({ type: z.literal('unsubscribed'), topic: TopicName }),
  z.object({
    type: z.literal('message'),
    topic: TopicName,
    id: MessageId,
    at: Instant,
    event: z.object({ type: z.string(), data: z.unknown() }),
  }),
  /** Messages were missed and are gone: read the state anew, then go on from `lastId`. */
  z.object({ type: z.literal('reset'), topic: TopicName, lastId: MessageId, reason: z.string() }),
  z.object({
    type: z.literal('refused'),
    topic: TopicName.optional(),
    code: z.enum(['forbidden', 'not_found', 'invalid', 'too_many']),
    detail: z.string(),
  }),
  z.object({ type: z.literal('ping') }),
  z.object({ type: z.literal('pong') }),
  /** The last message before the server closes. */
  z.object({ type: z.literal('bye'), code: z.number().int(), reason: z.string() }),
])
export type LiveMessage = z.output<typeof LiveMessage>

/** The same over server-sent events; `Last-Event-ID` resumes. */
export const followLive = endpoint('GET /api/v1/live', {
  can: 'public',
  summary: 'Server-sent events of the topics asked for; needs a ticket, a bearer token or a session cookie',
  query: z.object({
    /** Names with commas between. */
    topics: z.string().min(1).max(4000),
    ticket: z.string().max(200).optional(),
    /** Like the header `Last-Event-ID`, for clients that cannot set it. */
    since: MessageId.optional(),
  }),
  answers: z.string(),
  produces: 'text/event-stream',
})
