import { openLiveTicket } from '@bellwether/contract/platform/live'
import type { LiveTopic } from '@bellwether/contract/topic'
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react'
import type { z } from 'zod'
import { call } from '../api/session.ts'
import { createLive, type LiveState } from './connection.ts'

export const live = createLive({
  async address() {
    // A ticket of its own kind: the browser cannot put our guard header on a socket.
    const { ticket } = await call(openLiveTicket, {})
    const { protocol, host } = location
    return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/ws?ticket=${encodeURIComponent(ticket)}`
  },
})
export type { LiveState }

export const useLiveState = (): LiveState => useSyncExternalStore(live.onState, live.state)

type Handlers<M extends Record<string, z.ZodType>> = { [K in keyof M]?: (data: z.output<M[K]>) => void }

/** Follows a topic while the component stands. `onReset` runs when messages were missed for good. */
export function useTopic<M extends Record<string, z.ZodType>>(
  topic: LiveTopic<M>,
  handlers: Handlers<M>,
  onReset: () => void = () => undefined,
): void {
  const onEvent = useEffectEvent((type: string, data: unknown) => {
    const shape = topic.messages[type]
    const parsed = shape?.safeParse(data)
    if (parsed?.success) handlers[type]?.(parsed.data as z.output<M[string]>)
  })
  const reset = useEffectEvent(onReset)
  useEffect(() => live.follow(topic.name, { onEvent, onReset: () => reset() }), [topic.name])
}
