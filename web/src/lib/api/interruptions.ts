import type { Interruption } from './client.ts'

export interface Pending {
  why: Interruption
  /** Ends the interruption: true repeats every act that waits for it, false lets them fail. */
  settle: (proceed: boolean) => void
}

/** Acts that wait for the person. Several that wait for the same reason share one dialog. */
export function createInterruptions() {
  let pending: Pending | undefined
  let waiting: Promise<boolean> | undefined
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of listeners) listener()
  }

  function open(why: Interruption): Promise<boolean> {
    const asked = new Promise<boolean>((resolve) => {
      pending = {
        why,
        settle: (proceed) => {
          pending = undefined
          waiting = undefined
          resolve(proceed)
          tell()
        },
      }
    })
    waiting = asked
    tell()
    return asked
  }

  return {
    current: () => pending,
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    async ask(why: Interruption): Promise<boolean> {
      // One dialog at a time: a step-up that arrives while the session is renewed waits for its turn.
      while (waiting) {
        if (pending?.why === why) return waiting
        await waiting
      }
      return open(why)
    },
  }
}
export type Interruptions = ReturnType<typeof createInterruptions>
