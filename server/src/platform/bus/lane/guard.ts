import { sql } from 'kysely'
import type { Tx } from '../../storage/index.ts'

/** The bus stops: nothing is known about the fact in hand, it will be handled again. */
export class Stopped extends Error {
  constructor() {
    super('the bus is stopping')
    this.name = 'Stopped'
  }
}

/** Runs `work` behind a savepoint; when it fails what it wrote is undone and the error is answered. */
export async function guarded(tx: Tx, work: () => Promise<void>): Promise<{ thrown: unknown } | undefined> {
  await sql`savepoint fact`.execute(tx)
  try {
    await work()
    await sql`set constraints all immediate`.execute(tx) // else a deferred one would fail the whole batch at its commit
    await sql`release savepoint fact`.execute(tx)
    return undefined
  } catch (thrown) {
    if (thrown instanceof Stopped) throw thrown
    await sql`rollback to savepoint fact`.execute(tx) // fails when the connection is gone: then the batch failed, not the fact
    await sql`release savepoint fact`.execute(tx)
    return { thrown }
  }
}

/** The result of `work`, unless it takes too long or the signal comes first; it is then no longer waited for. */
export function within<T>(milliseconds: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(new Stopped())
    const timer = setTimeout(
      () => reject(new Error(`the handler took longer than ${milliseconds / 1000} seconds`)),
      milliseconds,
    )
    signal.addEventListener('abort', stop, { once: true })
    const begun = async () => {
      if (signal.aborted) throw new Stopped()
      return work()
    }
    begun()
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer)
        signal.removeEventListener('abort', stop)
      })
  })
}
