/** Milliseconds after which a queue is looked into: a job enqueued in a transaction is seen once that has committed. */
const LOOKS = [20, 150, 1000]

/** Looks into a queue soon after something was enqueued here, so that the regular looks may be rare. */
export function createNudge(look: (queue: string) => void) {
  const timers = new Map<string, NodeJS.Timeout[]>()
  function nudge(queue: string): void {
    for (const timer of timers.get(queue) ?? []) clearTimeout(timer)
    timers.set(
      queue,
      LOOKS.map((milliseconds) => setTimeout(() => look(queue), milliseconds).unref()),
    )
  }
  nudge.stop = () => {
    for (const timer of [...timers.values()].flat()) clearTimeout(timer)
  }
  return nudge
}
