import { setTimeout as sleep } from 'node:timers/promises'

/** Waits for a condition; the deadline only tells a hang. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; await sleep(5)) if (await holds()) return
  throw new Error(`waited in vain until ${what}`)
}
