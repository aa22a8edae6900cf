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
  /** The consumer group; each group sees every fact once, whichever process runs it. */
  group: string
  types: readonly E[]
  /** Runs in the transaction that also moves the group's position: what it writes on `tx` happens exactly with it. */
  handle(fact: Fact<DataOf<E>>, tx: Tx): Promise<void>
  /** Tries before a fact goes to the dead letters; 8 unless said. */
  attempts?: number
}

export interface DeadLetter {
  id: string
  group: string
  fact: Fact
  reason: string
  attempts: number
  failedAt: Date
}

/** What business code sees of the event log. A driver for another log takes its place behind the same face. */
export interface Bus {
  /** Publishes in the caller's transaction: the fact exists if and only if that commits. */
  publish<E extends EventType>(tx: Db, type: E, fact: NewFact<E>): Promise<void>
  publishAll<E extends EventType>(tx: Db, type: E, facts: readonly NewFact<E>[]): Promise<void>
  /** Registers a consumer; delivery begins with `start`. */
  subscribe<E extends EventType>(subscription: Subscription<E>): void
  /** Sends the group back to the first fact at or after `from`. */
  replay(group: string, from: Date): Promise<void>
  deadLetters: {
    list(query: {
      group?: string
      limit: number
      cursor?: string
    }): Promise<{ items: DeadLetter[]; nextCursor?: string }>
    show(id: string): Promise<DeadLetter | undefined>
    replay(id: string): Promise<void>
    drop(id: string): Promise<void>
  }
  start(): Promise<() => Promise<void>>
}
