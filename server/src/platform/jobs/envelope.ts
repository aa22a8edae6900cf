import { z } from 'zod'
import { currentContext, currentTraceparent } from '../telemetry/index.ts'
import type { Queue } from './face.ts'

/** The queue that dead jobs are moved to, whichever queue they come from. */
export const DEAD = 'dead-jobs'

/** A job as it is stored: what it is given, and whose work it goes on with. */
const Envelope = z.object({
  data: z.unknown(),
  correlationid: z.string().optional(),
  traceparent: z.string().optional(),
})
export type Envelope = z.output<typeof Envelope>

export function seal(queue: Queue, data: unknown): Envelope {
  const result = queue.data.safeParse(data)
  if (!result.success) throw new TypeError(`a job of ${queue.name} is not as its queue says (${wrong(result.error)})`)
  const correlationid = currentContext()?.correlationId
  const traceparent = currentTraceparent()
  return {
    data: storable(result.data),
    ...(correlationid === undefined ? {} : { correlationid }),
    ...(traceparent === undefined ? {} : { traceparent }),
  }
}

export function open(queue: Queue, stored: unknown): Envelope {
  const envelope = Envelope.parse(stored)
  const result = queue.data.safeParse(envelope.data)
  if (!result.success)
    throw new Error(
      `the job was made for another version of ${queue.name} (${wrong(result.error)}); update this process`,
    )
  return { ...envelope, data: result.data }
}

/** As jsonb can hold it: NUL and halves of character pairs become the character that stands for what cannot be shown. */
const storable = (data: unknown): unknown =>
  JSON.parse(
    JSON.stringify(data, (_, value: unknown) =>
      typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\uFFFD') : value,
    ) ?? 'null',
  )

/** Where and how, never what: the data may be personal. */
const wrong = (error: z.ZodError): string =>
  error.issues.map(({ path, code }) => `${path.join('.') || 'data'}: ${code}`).join(', ')
