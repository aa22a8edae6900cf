import type { PasskeyAnswer } from '@bellwether/contract/platform/passkey'
import { forbidden, unauthenticated } from '../../errors/index.ts'
import { hasSecondFactor } from '../accounts/store.ts'
import { type IdentityParts, later } from '../face.ts'
import type { Guard } from '../lockout/guard.ts'
import type { Passkeys } from '../passkeys/service.ts'
import type { Sites } from '../passkeys/site.ts'
import type { PasswordHashing } from '../passwords/hashing.ts'
import { CONFIRMED_FOR, type Person } from '../person.ts'
import type { SecondFactor } from '../second-factor/service.ts'
import type { Sessions } from '../sessions/service.ts'
import type { OwnAccount } from './service.ts'

/** One way to show again who is there. */
export interface Proof {
  password?: string | undefined
  otp?: string | undefined
  passkey?: PasskeyAnswer | undefined
}

interface Parts extends Pick<IdentityParts, 'db' | 'audit'> {
  own: Pick<OwnAccount, 'accountOf'>
  sessions: Sessions
  guard: Guard
  hashing: PasswordHashing
  secondFactor: SecondFactor
  passkeys: Passkeys
}

/** Step-up: proves freshly who is there before a dangerous act. */
export function createConfirmation(parts: Parts) {
  const { db, audit, own, sessions, guard, hashing, secondFactor, passkeys } = parts

  /** Whoever has a second factor must show it: a password alone would make the factor pointless here. */
  async function holds(who: Person, proof: Proof, site: () => ReturnType<Sites['of']>): Promise<boolean> {
    const account = await own.accountOf(who)
    if (proof.password !== undefined) {
      if (hasSecondFactor(account))
        throw forbidden('your account has a second factor: confirm with a code or a passkey instead of the password')
      return hashing.fits(account.passwordHash, proof.password)
    }
    if (proof.passkey) return passkeys.confirms(proof.passkey, account, site())
    return secondFactor.fits(account, proof.otp ?? '')
  }

  return async function confirm(who: Person, proof: Proof, site: () => ReturnType<Sites['of']>): Promise<Date> {
    const attempt = await guard.confirm(who.sessionId)
    const object = { type: 'session', id: who.sessionId }
    if (!(await holds(who, proof, site))) {
      await audit.record(db, { action: 'session.confirm-refused', object })
      const [given = 'password'] = Object.keys(proof)
      throw unauthenticated('that does not fit', [{ path: `body.${given}`, message: 'is wrong, or was used before' }])
    }
    await attempt.succeeded()
    const at = await db.transaction().execute(async (tx) => {
      await audit.record(tx, { action: 'session.confirm', object })
      return sessions.confirm(tx, who.sessionId)
    })
    sessions.forget(who.id)
    return later(at, CONFIRMED_FOR)
  }
}
export type Confirm = ReturnType<typeof createConfirmation>
