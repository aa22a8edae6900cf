import { z } from 'zod'

/** A kind of fact a context announces: `context.thing-happened`, past tense, with a versioned shape. */
export interface EventType<D extends z.ZodType = z.ZodType> {
  type: string
  version: number
  data: D
  summary: string
}

export function event<D extends z.ZodType>(
  type: `${string}.${string}`,
  version: number,
  spec: { data: D; summary: string },
): EventType<D> {
  return { type, version, ...spec }
}

export type DataOf<E extends EventType> = z.output<E['data']>

/** A fact on its way: the attributes of CloudEvents 1.0 with ordering key, position and correlation as extensions. */
export const Fact = z.object({
  specversion: z.literal('1.0'),
  id: z.uuid(),
  source: z.string(),
  type: z.string(),
  dataversion: z.number().int(),
  subject: z.string().optional(),
  time: z.iso.datetime({ offset: true }),
  partitionkey: z.string(),
  position: z.number().int(),
  correlationid: z.string().optional(),
  traceparent: z.string().optional(),
  data: z.unknown(),
})
export type Fact<D = unknown> = Omit<z.output<typeof Fact>, 'data'> & { data: D }
