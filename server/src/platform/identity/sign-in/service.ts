import { AppError, forbidden, unauthenticated } from '../../errors/index.ts'
import type { Db } from '../../storage/index.ts'
import { type Account, createAccountStore, hasSecondFactor } from '../accounts/store.ts'
import { asPerson } from '../acting.ts'
import type { IdentityParts } from '../face.ts'
import type { Attempt, Guard } from '../lockout/guard.ts'
import type { PasswordHashing } from '../passwords/hashing.ts'
import type { SecondFactor } from '../second-factor/service.ts'
import type { Device } from '../sessions/refresh.ts'
import type { NewSession, Sessions, Tokens } from '../sessions/service.ts'

/** Where a sign-in comes from; `known` is the device cookie, if the browser has one. */
export interface Door {
  device: Device
  known: string | undefined
}
export interface SignedIn extends Tokens {
  /** A new device cookie, when the browser had none that was good for this account. */
  remember?: string | undefined
}

interface Parts extends Pick<IdentityParts, 'db' | 'audit' | 'now'> {
  sessions: Sessions
  guard: Guard
  hashing: PasswordHashing
  secondFactor: SecondFactor
}

const WRONG = 'the e-mail or the password is wrong'

export function createSignIn({ db, audit, now, sessions, guard, hashing, secondFactor }: Parts) {
  const accounts = createAccountStore(db)

  async function refused(account: Account | undefined, attempt: Attempt, why: string): Promise<void> {
    await audit.record(db, {
      action: attempt.delay > 0 ? 'session.delay' : 'session.refuse',
      object: { type: 'user', id: account?.id ?? 'unknown' },
      after: { why, ...(attempt.delay > 0 ? { seconds: attempt.delay / 1000 } : {}) },
    })
  }

  async function checkSecondFactor(account: Account, attempt: Attempt, otp: string | undefined): Promise<void> {
    if (!hasSecondFactor(account)) return
    if (!otp) {
      await attempt.withdrawn()
      const message = account.totp
        ? 'enter the six digits that your authenticator app shows, or a recovery code'
        : 'sign in with your passkey, or enter a recovery code'
      throw unauthenticated('a second factor is needed', [{ path: 'body.otp', message }])
    }
    if (await secondFactor.fits(account, otp)) return
    await refused(account, attempt, 'second factor')
    throw unauthenticated('the code does not fit', [
      { path: 'body.otp', message: 'must be a code that was not used yet; wait for the next one' },
    ])
  }

  /** Opens a session for somebody who has shown who they are. */
  async function welcome(session: Omit<NewSession, 'device'>, door: Door, before?: (tx: Db) => Promise<void>) {
    const { id } = session.account
    const isNew = door.device.client === 'browser' && !(door.known && (await guard.knows(door.known, id)))
    const opened = await db.transaction().execute(async (tx) => {
      await before?.(tx)
      const remember = isNew ? await guard.remember(tx, id) : undefined
      return { ...(await sessions.open(tx, { ...session, device: door.device })), remember }
    })
    return { ...(await sessions.issue(opened)), remember: opened.remember } satisfies SignedIn
  }

  return {
    welcome,
    checkSecondFactor,
    async withPassword(
      { email, password, otp }: { email: string; password: string; otp?: string | undefined },
      door: Door,
    ): Promise<SignedIn> {
      const found = await accounts.byEmail(email)
      const attempt = await guard.signIn({ email, accountId: found?.id, ip: door.device.ip, device: door.known })
      // Somebody unknown takes as long as somebody known with a wrong password.
      const right = await hashing.fits(found?.passwordHash, password)
      if (!found || !right) {
        await refused(found, attempt, 'password')
        throw unauthenticated(WRONG)
      }
      await checkSecondFactor(found, attempt, otp)
      await attempt.succeeded()
      mustBeActive(found)
      await rehash(found, password)
      return welcome({ account: found, method: 'password', confirmedAt: now() }, door, (tx) => joined(tx, found))
    },
    joined,
  }

  /** The first sign-in of the first administrator is what makes the installation theirs. */
  async function joined(tx: Db, account: Account): Promise<void> {
    if (!account.joinedAt) await createAccountStore(tx).change(account.id, { joinedAt: now() })
  }

  async function rehash({ id, name, passwordHash }: Account, password: string): Promise<void> {
    if (!passwordHash || !hashing.outdated(passwordHash)) return
    const renewed = await hashing.hash(password)
    await asPerson({ id, name }, () =>
      db.transaction().execute(async (tx) => {
        await createAccountStore(tx).rehash(id, { from: passwordHash, to: renewed })
        await audit.record(tx, { action: 'user.rehash', object: { type: 'user', id } })
      }),
    )
  }
}
export type SignIn = ReturnType<typeof createSignIn>

export function mustBeActive(account: Account): void {
  if (account.status === 'active') return
  throw account.status === 'suspended'
    ? forbidden('this account is suspended; ask an administrator to reactivate it')
    : new AppError('unauthenticated', WRONG)
}
