import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  type IPolicy,
  retry,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel'
import { AppError, reasonOf, unavailable } from '../errors/index.ts'

export interface PolicyOptions {
  /** Whom we call, as a person would say it; stands in errors and on the health page. */
  name: string
  /** Milliseconds one try may take. */
  timeout: number
  /** Tries after the first one; waits grow exponentially with jitter. */
  retries: number
  /** Calls under way at once, and how many may wait. */
  atOnce: number
  queue: number
  /** Failures in a row that open the circuit, and milliseconds until it is tried again. */
  failures: number
  restAfter: number
  /** Which failures are worth another try; by default all but refusals (`AppError`) of our own. */
  worthRetrying?: (error: unknown) => boolean
}

export interface Policy {
  /** Runs one call to the outside under timeout, retry, circuit breaker and bulkhead. */
  run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>
  state(): { open: boolean; reason: string | undefined; active: number }
}

const FIRST_WAIT = 100
const LONGEST_WAIT = 10_000

/**
 * One policy per dependency. Outermost is the bulkhead, so that a slow neighbour cannot take all our hands; then retry,
 * then the breaker, so that each try counts; innermost the timeout, so that each try ends.
 */
export function createPolicy(options: PolicyOptions): Policy {
  const counts = handleWhen(options.worthRetrying ?? ((error) => !(error instanceof AppError)))
  const hands = bulkhead(options.atOnce, options.queue)
  const breaker = circuitBreaker(counts, {
    halfOpenAfter: options.restAfter,
    breaker: new ConsecutiveBreaker(options.failures),
  })
  const again = retry(
    handleWhen(
      (error) =>
        !(error instanceof BrokenCircuitError) && (options.worthRetrying?.(error) ?? !(error instanceof AppError)),
    ),
    {
      maxAttempts: options.retries,
      backoff: new ExponentialBackoff({ initialDelay: FIRST_WAIT, maxDelay: LONGEST_WAIT }),
    },
  )
  const all: IPolicy = wrap(hands, again, breaker, timeout(options.timeout, TimeoutStrategy.Aggressive))
  let lastFailure: string | undefined
  breaker.onFailure(({ reason }) => {
    lastFailure = 'error' in reason ? reasonOf(reason.error) : 'no answer'
  })
  return {
    run: (work) =>
      Promise.resolve(
        all.execute(({ signal }) =>
          work(signal).catch((error: unknown) => {
            // Work that notices its own timeout fails in its words; what happened is still that no answer came in time.
            throw signal.aborted ? new TaskCancelledError() : error
          }),
        ),
      ).catch((error: unknown) => rethrow(error, options)) as ReturnType<typeof work>,
    state: () => ({
      open: breaker.state !== CircuitState.Closed,
      reason: breaker.state === CircuitState.Closed ? undefined : lastFailure,
      active: options.atOnce - hands.executionSlots,
    }),
  }
}

/** What the policy itself refuses is told in our words; what the work threw stays as it is. */
function rethrow(error: unknown, { name, timeout: limit, restAfter }: PolicyOptions): never {
  if (error instanceof BrokenCircuitError)
    throw unavailable(`${name} keeps failing and is given a rest; try again later`, {
      cause: error,
      retryAfter: Math.ceil(restAfter / 1000),
    })
  if (error instanceof BulkheadRejectedError)
    throw unavailable(`too many calls to ${name} are under way; try again in a moment`, { cause: error, retryAfter: 1 })
  if (error instanceof TaskCancelledError)
    throw unavailable(`${name} did not answer within ${limit} ms`, { cause: error })
  throw error
}
