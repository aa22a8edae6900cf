import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { Fact } from '../event.ts'
import { Done, Instant, PageQuery, page } from '../page.ts'

/** Where a consumer group stands in the event log. */
export const ConsumerGroup = z.object({
  group: z.string(),
  /** Position up to which every fact has been handled or set aside, in the slowest lane. */
  position: z.number().int(),
  /** Position of the newest fact of the log. */
  head: z.number().int(),
  /** Positions between the two: the most facts the group may still have to handle. */
  lag: z.number().int(),
  /** Facts that failed or wait behind one that failed, to be tried again. */
  parked: z.number().int(),
  deadLetters: z.number().int(),
  lanes: z.array(z.object({ lane: z.number().int(), position: z.number().int(), movedAt: Instant })),
})
export type ConsumerGroup = z.output<typeof ConsumerGroup>

/** A fact as the lists show it; `data` may hold personal data and is given only when asked for. */
export const LoggedFact = Fact.extend({ data: z.unknown().optional() })
export type LoggedFact = z.output<typeof LoggedFact>

/** A fact that a group could not handle: it was set aside so that the facts behind it could go on. */
export const DeadLetter = z.object({
  id: z.uuid(),
  group: z.string(),
  type: z.string(),
  key: z.string(),
  position: z.number().int(),
  /** What the last try said. */
  reason: z.string(),
  attempts: z.number().int(),
  failedAt: Instant,
})
export type DeadLetter = z.output<typeof DeadLetter>

const Name = z.string().min(1).max(200)
const Id = z.object({ id: z.uuid() })

export const listGroups = endpoint('GET /api/v1/events/groups', {
  can: 'system:read',
  summary: 'Consumer groups of the event log with their positions and lag',
  answers: z.object({ items: z.array(ConsumerGroup) }),
})

export const listEvents = endpoint('GET /api/v1/events', {
  can: 'system:read',
  summary: 'Facts of the event log, newest first; their data only when asked for, which is audited',
  query: PageQuery.extend({
    type: Name.optional(),
    key: z.string().min(1).max(512).optional(),
    from: Instant.optional(),
    to: Instant.optional(),
    data: z.enum(['true', 'false']).default('false'),
  }),
  answers: page(LoggedFact),
})

export const listDeadLetters = endpoint('GET /api/v1/dead-letters', {
  can: 'system:read',
  summary: 'Facts that a consumer group gave up on, newest first',
  query: PageQuery.extend({ group: Name.optional() }),
  answers: page(DeadLetter),
})

export const getDeadLetter = endpoint('GET /api/v1/dead-letters/:id', {
  can: 'system:read',
  summary: 'One dead letter with its fact; reading it is audited',
  params: Id,
  answers: DeadLetter.extend({ fact: LoggedFact }),
})

export const replayDeadLetter = endpoint('POST /api/v1/dead-letters/:id/replay', {
  can: 'system:write',
  summary: 'Hand a dead letter to its group once more, and to no other',
  params: Id,
  answers: Done,
  status: 202,
})

export const dropDeadLetter = endpoint('DELETE /api/v1/dead-letters/:id', {
  can: 'system:write',
  summary: 'Remove a dead letter for good',
  params: Id,
  answers: Done,
})

export const replayGroup = endpoint('POST /api/v1/events/groups/:group/replay', {
  can: 'system:write',
  summary: 'Send a group back to the first fact at or after a time; it never goes forward, so nothing is skipped',
  params: z.object({ group: Name }),
  body: z.object({ from: Instant }),
  answers: z.object({ group: z.string(), position: z.number().int() }),
  status: 202,
})
