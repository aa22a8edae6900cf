import { type Me, Preferences } from '@bellwether/contract/platform/account'
import type { Principal } from '../../access/index.ts'
import { invalid, notFound } from '../../errors/index.ts'
import { type Account, type AccountChange, createAccountStore, hasSecondFactor } from '../accounts/store.ts'
import { type IdentityParts, later } from '../face.ts'
import type { Guard } from '../lockout/guard.ts'
import type { PasswordHashing } from '../passwords/hashing.ts'
import { passwordFault } from '../passwords/rules.ts'
import { CONFIRMED_FOR, type Person } from '../person.ts'
import type { Sessions } from '../sessions/service.ts'

type PreferenceChange = { [K in keyof Preferences]?: Preferences[K] | null | undefined }
export interface MeChange {
  name?: string | undefined
  preferences?: PreferenceChange | undefined
}

interface Parts extends Pick<IdentityParts, 'db' | 'audit' | 'now'> {
  sessions: Sessions
  guard: Guard
  hashing: PasswordHashing
  forget(accountId: string): void
}

/** What people do with their own account. */
export function createOwnAccount({ db, audit, now, sessions, guard, hashing, forget }: Parts) {
  const store = createAccountStore(db)

  async function accountOf({ id }: Pick<Principal, 'id'>): Promise<Account> {
    const account = await store.find(id)
    if (!account) throw notFound('your account')
    return account
  }

  async function change(who: Person, act: string, work: (before: Account) => AccountChange): Promise<void> {
    await db.transaction().execute(async (tx) => {
      const inTx = createAccountStore(tx)
      const before = await inTx.lock(who.id)
      if (!before) throw notFound('your account')
      const after = work(before)
      await inTx.change(who.id, after)
      await audit.record(tx, {
        action: `user.${act}`,
        object: { type: 'user', id: who.id },
        ...(after.preferences ? { before: before.preferences, after: after.preferences } : {}),
      })
    })
    forget(who.id)
  }

  async function show(who: Principal): Promise<Me> {
    const account = await accountOf(who)
    const { id, email, name, grants } = account
    const { kind, scopes, confirmedAt } = who
    const confirmedUntil = confirmedAt && later(confirmedAt, CONFIRMED_FOR)
    return {
      id,
      kind: kind === 'key' ? 'key' : 'user',
      email,
      name,
      preferences: preferencesOf(account),
      grants,
      ...(scopes ? { scopes: [...scopes] } : {}),
      hasPassword: account.passwordHash !== undefined,
      secondFactor: hasSecondFactor(account),
      ...(confirmedUntil && confirmedUntil > now() ? { confirmedUntil: confirmedUntil.toISOString() } : {}),
    }
  }

  return {
    accountOf,
    show,
    async change({ name, preferences }: MeChange, who: Person): Promise<Me> {
      await change(who, 'change-own', (before) => ({
        ...(name === undefined ? {} : { name }),
        ...(preferences ? { preferences: merged(preferencesOf(before), preferences) } : {}),
      }))
      return show(who)
    },
    async changePassword(
      { oldPassword, newPassword }: { oldPassword?: string | undefined; newPassword: string },
      who: Person,
    ): Promise<void> {
      const account = await accountOf(who)
      if (account.passwordHash) {
        const attempt = await guard.confirm(who.sessionId)
        if (!oldPassword || !(await hashing.fits(account.passwordHash, oldPassword))) {
          await audit.record(db, { action: 'user.change-password-refused', object: { type: 'user', id: who.id } })
          throw invalid('the old password is wrong', [{ path: 'body.oldPassword', message: 'must be the present one' }])
        }
        await attempt.succeeded()
      }
      const fault = passwordFault(newPassword, account)
      if (fault) throw invalid('the password is not accepted', [{ path: 'body.newPassword', message: fault }])
      const passwordHash = await hashing.hash(newPassword)
      await change(who, 'change-password', () => ({ passwordHash }))
      await sessions.end({ accountId: who.id, but: who.sessionId, why: 'password_changed' })
    },
  }
}
export type OwnAccount = ReturnType<typeof createOwnAccount>

/** What is stored may be of an older form; what no longer fits falls back to the default. */
const preferencesOf = ({ preferences }: Account): Preferences =>
  Preferences.catch(Preferences.parse({})).parse(preferences)

function merged(before: Preferences, wanted: PreferenceChange): Record<string, unknown> {
  const set = Object.entries({ ...before, ...wanted }).filter(([, value]) => value !== undefined && value !== null)
  return Object.fromEntries(set)
}
