import type { DataOf, EventType, Fact } from '@bellwether/contract/event'
import type { z } from 'zod'
import type { Db, Tx } from '../storage/index.ts'

export interface NewFact<E extends EventType> {
  /** Facts of one key arrive in the order they were published. */
  key: string
  data: z.input<E['data']>
  subject?: string
}

export interface Subscription<E extends EventType = EventType> {
  /** The consumer group; each group sees every fact once, whichever process runs it. Lower case, as `sentinel.metrics`. */
  group: string
  types: readonly E[]
  /**
   * Runs in the transaction that also moves the group's position: what it writes on `tx` happens exactly with it. What
   * it does elsewhere may happen again: at-least-once, to be made idempotent by `fact.id`.
   */
  handle(fact: Fact<DataOf<E>>, tx: Tx): Promise<void>
  /** Tries before a fact goes to the dead letters; 8 unless said. */
  attempts?: number
  /** Where a group that never ran before begins: with the facts from now on, unless said. */
  begin?: 'now' | 'oldest'
}

export interface DeadLetter {
  id: string
  group: string
  fact: Fact
  reason: string
  attempts: number
  failedAt: Date
}

export interface GroupPosition {
  group: string
  /** Up to here every fact was handled or set aside, in the slowest lane. */
  position: number
  head: number
  lag: number
  parked: number
  deadLetters: number
  lanes: { lane: number; position: number; movedAt: Date }[]
}

export interface FactQuery {
  type?: string | undefined
  key?: string | undefined
  from?: Date | undefined
  to?: Date | undefined
  /** Only facts before this position. */
  before?: number | undefined
  limit: number
}

export interface DeadLetterQuery {
  group?: string | undefined
  limit: number
  cursor?: string | undefined
}

export interface DeadLetters {
  /** Newest first. */
  list(query: DeadLetterQuery): Promise<{ items: DeadLetter[]; nextCursor?: string | undefined }>
  show(id: string): Promise<DeadLetter | undefined>
  /** Hands it to its group once more, and to no other. In the caller's transaction; false when there is none. */
  replay(id: string, tx?: Db): Promise<boolean>
  drop(id: string, tx?: Db): Promise<boolean>
}

/** What business code sees of the event log. A driver for another log takes its place behind the same face. */
export interface Bus {
  /** Publishes in the caller's transaction: the fact exists if and only if that commits. */
  publish<E extends EventType>(tx: Db, type: E, fact: NewFact<E>): Promise<void>
  publishAll<E extends EventType>(tx: Db, type: E, facts: readonly NewFact<E>[]): Promise<void>
  /** Registers a consumer; delivery begins with `start`. */
  subscribe<E extends EventType>(subscription: Subscription<E>): void
  /**
   * Hears facts in every process, from now on and while it runs: for what a process keeps in memory, such as cached
   * answers and open connections. Nothing is stored and nothing tried again. The result ends it.
   */
  watch<E extends EventType>(types: readonly E[], hear: (fact: Fact<DataOf<E>>) => void): () => void
  /** Sends the group back to the first fact at or after `from`, never forward; answers where it stands then. */
  replay(group: string, from: Date, tx?: Db): Promise<number>
  deadLetters: DeadLetters
  /** Facts of the log, newest first. */
  facts(query: FactQuery): Promise<Fact[]>
  positions(): Promise<GroupPosition[]>
  /** What is wrong with the log or its delivery, in words for the person on call; nothing when all is well. */
  troubles(): Promise<string[]>
  start(): Promise<() => Promise<void>>
}
