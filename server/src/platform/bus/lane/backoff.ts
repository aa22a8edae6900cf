/** Milliseconds until the next try after `attempts` tries have failed. */
export type Backoff = (attempts: number) => number

/** First wait grows fourfold up to a quarter of an hour: eight tries span up to half an hour of somebody's outage. */
const FIRST = 500
const GROWTH = 4
const LONGEST = 15 * 60_000

/** Exponential backoff with full jitter, so that what failed together is not tried again together. */
export const fullJitter: Backoff = (attempts) =>
  Math.random() * Math.min(LONGEST, FIRST * GROWTH ** Math.min(attempts - 1, 20))

/** For what is not a fact's fault, such as a database that is away: soon at first, then every few seconds. */
export const afterOutage: Backoff = (failures) => (0.5 + Math.random() / 2) * Math.min(5000, 50 * 2 ** failures)
