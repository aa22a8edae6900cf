import { endpoint } from '@bellwether/contract/endpoint'
import { beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { addressOf, createClient, type Interruption } from './client.ts'
import { createInterruptions } from './interruptions.ts'
import { fieldMessages, inWords, Refusal, Unreachable, Unreadable } from './problems.ts'

const thing = endpoint('PUT /things/:id', {
  can: 'signed-in',
  summary: 'A thing',
  params: z.object({ id: z.string() }),
  query: z.object({ tags: z.array(z.string()).optional(), from: z.string().optional() }),
  body: z.object({ name: z.string() }),
  answers: z.object({ name: z.string() }),
})
const input = { params: { id: 'a/b' }, query: { tags: ['x', 'y'], from: undefined }, body: { name: 'bell' } }

type Answer = () => Response | Promise<Response>
let answers: Answer[] = []
const seen: { method: string | undefined; url: string; guard: string | undefined }[] = []

/** The browser's fetch, with the answers a test lays out. */
const fetch = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
  const guard = new Headers(init?.headers).get('x-bellwether') ?? undefined
  seen.push({ method: init?.method, url: String(url), guard })
  return (answers.shift() ?? ok)()
}
beforeEach(() => {
  answers = []
  seen.length = 0
})

const send =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  () =>
    new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers })
const ok = send(200, { name: 'bell' })
const problem = (status: number, code: string, more: object = {}) =>
  send(status, { type: 'about:blank', title: 'no', status, code, detail: 'not like this', ...more })

function client({ refreshes = true, agrees = true } = {}) {
  const asked: Interruption[] = []
  let renewed = 0
  const { call } = createClient({
    fetch,
    refresh: async () => {
      renewed++
      return refreshes
    },
    interrupt: async (why) => {
      asked.push(why)
      return agrees
    },
  })
  return { call, asked, renewed: () => renewed }
}

test('an address takes its parameters escaped and leaves out what is not given', () => {
  expect(addressOf(thing, input)).toBe('/things/a%2Fb?tags=x&tags=y')
})

test('a call carries the guard header and brings back the parsed answer', async () => {
  answers = [send(200, { name: 'bell', secret: 'never in the contract' })]
  expect(await client().call(thing, input)).toEqual({ name: 'bell' })
  expect(seen).toEqual([{ method: 'PUT', url: '/things/a%2Fb?tags=x&tags=y', guard: '1' }])
})

test('a stale session is renewed once for many calls, and each is repeated', async () => {
  const { call, renewed, asked } = client()
  answers = Array.from({ length: 5 }, () => problem(401, 'unauthenticated'))
  const results = await Promise.all(Array.from({ length: 5 }, () => call(thing, input)))
  expect(results).toHaveLength(5)
  expect(renewed()).toBe(1)
  expect(asked).toEqual([])
})

test('a session that cannot be renewed waits for the person, then the act is repeated', async () => {
  const { call, asked } = client({ refreshes: false })
  answers = [problem(401, 'unauthenticated'), problem(403, 'step_up_required'), ok]
  expect(await call(thing, input)).toEqual({ name: 'bell' })
  expect(asked).toEqual(['expired', 'step-up'])
})

test('who declines to confirm gets the refusal; nothing is asked twice', async () => {
  answers = [problem(403, 'step_up_required')]
  await expect(client({ agrees: false }).call(thing, input)).rejects.toMatchObject({
    problem: { code: 'step_up_required' },
  })
  const { call, asked } = client()
  answers = [problem(403, 'step_up_required'), problem(403, 'step_up_required')]
  await expect(call(thing, input)).rejects.toBeInstanceOf(Refusal)
  expect(asked).toEqual(['step-up'])
})

test('a refusal names its fields and says when to try again', async () => {
  answers = [problem(400, 'invalid', { errors: [{ path: 'body.name', message: 'must be short' }] })]
  const refused = await client()
    .call(thing, input)
    .catch((error: unknown) => error)
  expect(fieldMessages(refused)).toEqual({ name: 'Must be short' })
  answers = [
    send(
      429,
      { type: 't', title: 't', status: 429, code: 'too_many_requests', detail: 'too fast' },
      { 'retry-after': '7' },
    ),
  ]
  expect(
    inWords(
      await client()
        .call(thing, input)
        .catch((error: unknown) => error),
    ),
  ).toBe('Too fast. Try again in 7 s.')
})

test('no answer, a proxy’s answer and an answer of another form are told apart', async () => {
  answers = [send(502, '<html>')]
  await expect(client().call(thing, input)).rejects.toBeInstanceOf(Unreachable)
  answers = [send(200, '<html>')]
  await expect(client().call(thing, input)).rejects.toBeInstanceOf(Unreadable)
  answers = [send(200, { title: 'of a newer version' })]
  await expect(client().call(thing, input)).rejects.toBeInstanceOf(Unreadable)
  answers = [() => Promise.reject(new TypeError('fetch failed'))]
  await expect(client().call(thing, input)).rejects.toBeInstanceOf(Unreachable)
})

test('acts that wait for the same reason share one question; another reason waits its turn', async () => {
  const interruptions = createInterruptions()
  const first = interruptions.ask('expired')
  const second = interruptions.ask('expired')
  const third = interruptions.ask('step-up')
  interruptions.current()?.settle(true)
  expect(await Promise.all([first, second])).toEqual([true, true])
  await expect.poll(() => interruptions.current()?.why).toBe('step-up')
  interruptions.current()?.settle(false)
  expect(await third).toBe(false)
  expect(interruptions.current()).toBeUndefined()
})
