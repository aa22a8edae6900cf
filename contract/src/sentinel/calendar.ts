import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { Done, Instant, PageQuery, page } from '../page.ts'

export const EntryKind = z.enum(['holiday', 'promotion', 'closing', 'payday', 'event'])

/** Zones found good before: asking takes longer than all the rest of an entry, and there are only a few hundred. */
const KNOWN_ZONES = new Set<string>()

/** A zone by its IANA name, checked against the zones this machine knows. */
export const Zone = z.string().refine(isZone, { error: 'must be an IANA zone such as Europe/Berlin' })

/** Hours before and after an entry that still behave unlike an ordinary day. */
const Margin = z
  .number()
  .min(0)
  .max(14 * 24)
  .default(0)

/** A time when the business behaves unlike an ordinary day: expected, so no alarm. */
export const CalendarEntry = z.object({
  id: z.uuid(),
  title: z.string().trim().min(1).max(200),
  kind: EntryKind,
  /** Business area the entry belongs to; grants are given per domain. */
  domain: z.string().min(1).max(64),
  /** Site, warehouse, carrier or country; `*` is the whole business. */
  entity: z.string().min(1).max(200),
  zone: Zone,
  startsAt: Instant,
  endsAt: Instant,
  hoursBefore: Margin,
  hoursAfter: Margin,
  version: z.number().int(),
})
export type CalendarEntry = z.output<typeof CalendarEntry>

const fields = CalendarEntry.omit({ id: true, version: true }).extend({
  domain: CalendarEntry.shape.domain.default('business'),
  entity: CalendarEntry.shape.entity.default('*'),
})
export const NewCalendarEntry = fields.refine((entry) => Date.parse(entry.endsAt) > Date.parse(entry.startsAt), {
  path: ['endsAt'],
  error: 'must be after startsAt',
})
export type NewCalendarEntry = z.output<typeof NewCalendarEntry>

const Id = z.object({ id: z.uuid() })

export const listCalendar = endpoint('GET /api/v1/calendar/entries', {
  can: 'calendar:read',
  summary: 'Entries of the business calendar, in order of their start',
  query: PageQuery.extend({ from: Instant.optional(), to: Instant.optional(), entity: z.string().optional() }),
  answers: page(CalendarEntry),
  cache: { seconds: 60, tags: ['sentinel.calendar'] },
})

export const getCalendarEntry = endpoint('GET /api/v1/calendar/entries/:id', {
  can: 'calendar:read',
  summary: 'One entry of the business calendar',
  params: Id,
  answers: CalendarEntry,
})

export const addCalendarEntry = endpoint('POST /api/v1/calendar/entries', {
  can: 'calendar:write',
  summary: 'Add a time when the business behaves unlike an ordinary day',
  body: NewCalendarEntry,
  answers: CalendarEntry,
  status: 201,
})

export const changeCalendarEntry = endpoint('PUT /api/v1/calendar/entries/:id', {
  can: 'calendar:write',
  summary: 'Change an entry; If-Match with its ETag refuses to overwrite a change you have not seen',
  params: Id,
  body: NewCalendarEntry,
  answers: CalendarEntry,
})

export const removeCalendarEntry = endpoint('DELETE /api/v1/calendar/entries/:id', {
  can: 'calendar:write',
  summary: 'Remove an entry',
  params: Id,
  answers: Done,
})

function isZone(name: string): boolean {
  if (KNOWN_ZONES.has(name)) return true
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    KNOWN_ZONES.add(name)
    return true
  } catch {
    return false
  }
}
