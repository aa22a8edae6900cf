import type { Principal } from '../access/index.ts'
import { forbidden, stepUpRequired } from '../errors/index.ts'
import { later, MINUTE } from './face.ts'

/** How long a confirmation of who is there holds for dangerous acts; the gateway counts the same. */
export const CONFIRMED_FOR = 10 * MINUTE

export type Person = Principal & { sessionId: string }

/** A signed-in person. An API key acts for its owner in the business, but never on the account itself. */
export function personOf(principal: Principal): Person {
  const { kind, sessionId } = principal
  if (kind !== 'user' || !sessionId) throw forbidden('this takes a person who is signed in; an API key is not enough')
  return { ...principal, sessionId }
}

/** For acts that are dangerous only with certain inputs; endpoints that always are say `stepUp` instead. */
export function mustBeConfirmed({ confirmedAt }: Principal, now: Date): void {
  if (!confirmedAt || later(confirmedAt, CONFIRMED_FOR) < now)
    throw stepUpRequired('confirm who you are first: POST /api/v1/auth/confirm, then send this again')
}
