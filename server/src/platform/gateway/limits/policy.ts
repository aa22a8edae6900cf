/** So many requests in a window that slides. */
export interface Quota {
  name: string
  quota: number
  seconds: number
}

/** What one caller may ask of one thing: over a minute, and at once. */
export interface Policy {
  quotas: readonly Quota[]
  /** The `RateLimit-Policy` header, of draft-ietf-httpapi-ratelimit-headers-11. */
  header: string
}

/** Least burst: a page of the web app asks for this much at once. */
const SMALLEST_BURST = 20

/** A minute's quota, of which a sixth may come within one second. */
export function policyOf(perMinute: number): Policy {
  const burst = Math.max(SMALLEST_BURST, Math.ceil(perMinute / 6))
  const quotas: Quota[] = [{ name: 'minute', quota: perMinute, seconds: 60 }]
  if (burst < perMinute) quotas.push({ name: 'burst', quota: burst, seconds: 1 })
  return {
    quotas,
    header: quotas.map(({ name, quota, seconds }) => `"${name}";q=${quota};w=${seconds}`).join(', '),
  }
}

export interface Verdict {
  allowed: boolean
  /** The quota that is nearest to its end. */
  tightest: Quota
  remaining: number
  /** Seconds until the window the count is in ends. */
  reset: number
  /** Seconds after which one more request fits; 0 when allowed. */
  retryAfter: number
}

/** Counts of one quota at a moment: of the window it falls into, and of the window before. */
export interface Counts {
  current: number
  previous: number
  /** How far into the current window the moment is, 0 to 1. */
  fraction: number
}

/** Fractions are not exact; a millionth of a request decides nothing. */
const ROUNDING = 1e-6
/** How far a moment (milliseconds) lies into its window, 0 to 1. */
export const fractionOf = (time: number, seconds: number): number => (time % (seconds * 1000)) / (seconds * 1000)

/** The sliding count: the window before weighs by how much of it still lies within the last `seconds`. */
export const used = ({ current, previous, fraction }: Counts): number => current + previous * (1 - fraction)

/** Seconds until one more fits under the quota. */
export function waitFor({ quota, seconds }: Quota, { current, previous, fraction }: Counts): number {
  const room = quota - 1
  if (current <= room) {
    const at = previous === 0 ? 0 : 1 - (room - current) / previous
    return Math.max(1, Math.ceil((at - fraction) * seconds - ROUNDING))
  }
  const intoNext = 1 - room / current
  return Math.max(1, Math.ceil((1 - fraction + intoNext) * seconds - ROUNDING))
}

/** The verdict over all quotas of a policy, from the counts before this request. */
export function judge(policy: Policy, counts: readonly Counts[]): Verdict {
  let verdict: Verdict | undefined
  policy.quotas.forEach((quota, index) => {
    const at = counts[index] ?? { current: 0, previous: 0, fraction: 0 }
    const left = Math.floor(quota.quota - used(at) - 1 + ROUNDING)
    const allowed = left >= 0
    const found: Verdict = {
      allowed,
      tightest: quota,
      remaining: Math.max(0, left),
      reset: Math.max(1, Math.ceil((1 - at.fraction) * quota.seconds - ROUNDING)),
      retryAfter: allowed ? 0 : waitFor(quota, at),
    }
    if (!verdict || isTighter(found, verdict)) verdict = found
  })
  if (!verdict) throw new Error('a policy has at least one quota')
  return verdict
}

const isTighter = (a: Verdict, b: Verdict): boolean =>
  a.allowed !== b.allowed ? !a.allowed : a.allowed ? a.remaining < b.remaining : a.retryAfter > b.retryAfter
