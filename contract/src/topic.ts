import type { z } from 'zod'
import type { Access } from './endpoint.ts'

/** Something a client may follow live: a name, who may, and the kinds of message it carries. */
export interface LiveTopic<M extends Record<string, z.ZodType> = Record<string, z.ZodType>> {
  name: string
  /** Like an endpoint's; a message of one domain reaches only those who hold the permission there. */
  can: Exclude<Access, 'public'>
  summary: string
  /** Kind of message → shape of its data. */
  messages: M
}

/** `topic('health', …)`: lower case, dots between words, so that a name is also a fit metric label. */
export function topic<const M extends Record<string, z.ZodType>>(
  name: string,
  spec: Omit<LiveTopic<M>, 'name'>,
): LiveTopic<M> {
  if (!/^[a-z][a-z\d-]*(\.[a-z\d-]+)*$/.test(name)) throw new Error(`"${name}" is not a fit name for a live topic`)
  return { name, ...spec }
}
