import { z } from 'zod'

/** Every list is asked for in this form; `cursor` is what `nextCursor` of the previous page said. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().max(500).optional(),
})
export type PageQuery = z.output<typeof PageQuery>

/** Every list is answered in this form. `nextCursor` is absent on the last page. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional() })

export interface Page<T> {
  items: T[]
  nextCursor?: string | undefined
}

const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** Runs on what was refused too, which has no instant. */
function inUtc(text: string): string {
  return UTC.test(text) || Number.isNaN(Date.parse(text)) ? text : new Date(text).toISOString()
}

/** An instant as it travels: ISO 8601 with its offset; whatever the offset given, it leaves in UTC. */
export const Instant = z.iso
  .datetime({ offset: true, error: 'must be a time with offset such as 2026-11-27T09:30:00+01:00' })
  .overwrite(inUtc)

/** The answer of an act that has nothing to say. */
export const Done = z.object({})
