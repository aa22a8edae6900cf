import type { Redis } from 'ioredis'
import { type Counts, fractionOf, judge, type Policy, type Verdict } from './policy.ts'

/** Reads the counts of every quota and adds one to each only if all have room: in one script, so that no two race. */
const TAKE = `
local counts, room = {}, true
for i = 1, #KEYS, 2 do
  local q = (i - 1) / 2
  local quota, fraction = tonumber(ARGV[q * 3 + 1]), tonumber(ARGV[q * 3 + 2])
  local current = tonumber(redis.call('GET', KEYS[i]) or '0')
  local previous = tonumber(redis.call('GET', KEYS[i + 1]) or '0')
  counts[#counts + 1] = current
  counts[#counts + 1] = previous
  if current + previous * (1 - fraction) + 1 > quota + 1e-6 then room = false end
end
if room then
  for i = 1, #KEYS, 2 do
    redis.call('INCR', KEYS[i])
    redis.call('EXPIRE', KEYS[i], tonumber(ARGV[(i - 1) / 2 * 3 + 3]) * 2 + 1)
  end
end
return counts`

/** Counts in Redis, shared by all processes. */
export function createRedisLimits(redis: Redis, now: () => number = Date.now, prefix = 'bw:limit:') {
  return {
    async take(key: string, policy: Policy): Promise<Verdict> {
      const time = now()
      const keys: string[] = []
      const given: number[] = []
      for (const { quota, seconds } of policy.quotas) {
        const index = Math.floor(time / 1000 / seconds)
        keys.push(`${prefix}${key}:${seconds}:${index}`, `${prefix}${key}:${seconds}:${index - 1}`)
        given.push(quota, fractionOf(time, seconds), seconds)
      }
      const counts = (await redis.eval(TAKE, keys.length, ...keys, ...given)) as number[]
      return judge(
        policy,
        policy.quotas.map(
          (_, at): Counts => ({
            current: counts[at * 2] ?? 0,
            previous: counts[at * 2 + 1] ?? 0,
            fraction: given[at * 3 + 1] ?? 0,
          }),
        ),
      )
    },
  }
}
