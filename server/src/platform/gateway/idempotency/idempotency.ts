import { createHash } from 'node:crypto'
import type { Endpoint } from '@bellwether/contract/endpoint'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Principal } from '../../access/index.ts'
import { AppError, invalid } from '../../errors/index.ts'
import type { Db } from '../../storage/index.ts'
import type { Ready } from '../http/respond.ts'
import { callerKey } from '../limits/index.ts'
import { createIdempotencyStore, type Mark } from './store.ts'

/** Milliseconds an answer is kept, and after which a request that never ended may be begun again. */
const KEPT = 86_400_000
const STALE = 60_000
const KEY = /^[\x21-\x7e]{1,255}$/

export interface Asked {
  request: FastifyRequest
  reply: FastifyReply
  endpoint: Endpoint
  principal: Principal
}

/**
 * Makes a POST that carries an `Idempotency-Key` happen once: the first answer is kept for a day and given again. A
 * refused request changed nothing, so it is not kept and may be repeated. When the process dies between the change and
 * the keeping of its answer, a repetition more than a minute later is carried out anew.
 */
export function createIdempotency({ db, now }: { db: Db; now: () => Date }) {
  const store = createIdempotencyStore(db)

  async function once({ request, reply, endpoint, principal }: Asked, work: () => Promise<Ready>): Promise<Ready> {
    const key = keyOf(request)
    if (key === undefined) return work()
    const mark: Mark = {
      caller: callerKey(principal, request.ip),
      key,
      request: digest(endpoint, request),
      startedAt: now(),
    }
    const at = mark.startedAt.getTime()
    if (!(await store.begin(mark, { stale: new Date(at - STALE), expired: new Date(at - KEPT) })))
      return replay(mark, reply)
    try {
      const answer = await work()
      // Cookies are the session's own and must not come back to life a day later.
      if (answer.cookies) await store.forget(mark)
      else await store.finish(mark, answer)
      return answer
    } catch (error) {
      await store.forget(mark)
      throw error
    }
  }

  async function replay({ caller, key, request }: Mark, reply: FastifyReply): Promise<Ready> {
    const held = await store.find(caller, key)
    if (held && !held.request.equals(request))
      throw new AppError('conflict', 'this Idempotency-Key was used for another request; take a new one', {
        errors: [{ path: 'headers.idempotency-key', message: 'must be new for each different request' }],
      })
    if (!held?.answer)
      throw new AppError('conflict', 'the first request with this Idempotency-Key is still under way; ask again', {
        retryAfter: 1,
      })
    reply.header('idempotency-replayed', 'true')
    return held.answer
  }

  return {
    once,
    purge: () => store.purge(new Date(now().getTime() - KEPT)),
  }
}
export type Idempotency = ReturnType<typeof createIdempotency>

/** Bare, or quoted as a structured field would be. */
function keyOf({ headers }: FastifyRequest): string | undefined {
  const given = headers['idempotency-key']
  if (given === undefined) return undefined
  const key = String(given).replace(/^"(.*)"$/, '$1')
  if (KEY.test(key)) return key
  throw invalid('the header Idempotency-Key is not fit', [
    { path: 'headers.idempotency-key', message: 'must be 1 to 255 visible ASCII characters, such as a UUID' },
  ])
}

const digest = (endpoint: Endpoint, { url, body }: FastifyRequest): Buffer =>
  createHash('sha256')
    .update(`${endpoint.method} ${url}\n`)
    .update(Buffer.isBuffer(body) ? body : (JSON.stringify(body) ?? ''))
    .digest()
