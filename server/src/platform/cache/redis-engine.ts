import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { Engine } from './face.ts'

/** Longer than any entry lives, so that a tag is remembered as long as there is something it could make stale. */
const TAG_SECONDS = 2 * 86_400
const LOCK_MS = 10_000
const POLL_MS = 20

/** An entry is `{"m":moment,"t":[tags]}`, a line feed, the text. One script, so that no drop falls in between. */
const READ = `
local held = redis.call('GET', KEYS[1])
if not held then return false end
local cut = string.find(held, '\\n', 1, true)
local head = cjson.decode(string.sub(held, 1, cut - 1))
for _, tag in ipairs(head.t) do
  local moment = redis.call('GET', ARGV[1] .. tag)
  if moment and tonumber(moment) > head.m then
    redis.call('DEL', KEYS[1])
    return false
  end
end
return string.sub(held, cut + 1)`
const DROP_TAGS = `
local moment = redis.call('INCR', KEYS[1])
for _, tag in ipairs(ARGV) do redis.call('SET', KEYS[2] .. tag, moment, 'EX', ${TAG_SECONDS}) end
return moment`
const UNLOCK = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end return 1`

/** Keeps texts in Redis, shared by all processes. */
export function createRedisEngine(redis: Redis, prefix = 'bw:cache:'): Engine {
  const clock = `${prefix}clock`
  const entry = (key: string) => `${prefix}e:${key}`
  const tagPrefix = `${prefix}t:`

  async function takeLock(key: string): Promise<(() => Promise<void>) | undefined> {
    const holder = randomUUID()
    const taken = await redis.set(`${prefix}l:${key}`, holder, 'PX', LOCK_MS, 'NX')
    if (taken !== 'OK') return undefined
    // A lock that cannot be given back ends by itself.
    return () =>
      redis.eval(UNLOCK, 1, `${prefix}l:${key}`, holder).then(
        () => undefined,
        () => undefined,
      )
  }

  return {
    moment: async () => Number((await redis.get(clock)) ?? 0),
    async read(key) {
      const text = await redis.eval(READ, 1, entry(key), tagPrefix)
      return typeof text === 'string' ? text : undefined
    },
    async write(key, text, { seconds, tags, moment }) {
      await redis.set(entry(key), `${JSON.stringify({ m: moment, t: tags })}\n${text}`, 'EX', Math.ceil(seconds))
    },
    async drop(key) {
      await redis.del(entry(key))
    },
    async dropTags(tags) {
      await redis.eval(DROP_TAGS, 2, clock, tagPrefix, ...tags)
    },
    async alone(key, load) {
      const release = await takeLock(key)
      if (release) return load().finally(release)
      const deadline = Date.now() + LOCK_MS
      while (Date.now() < deadline) {
        await pause(POLL_MS)
        if (!(await redis.exists(`${prefix}l:${key}`))) return undefined
      }
      return undefined
    },
    async check() {
      await redis.ping()
    },
    close: async () => undefined,
  }
}
