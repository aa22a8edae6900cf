import { UserJoined } from '@bellwether/contract/platform/events'
import { AppError, invalid, notFound } from '../../errors/index.ts'
import type { Db } from '../../storage/index.ts'
import { type Account, createAccountStore } from '../accounts/store.ts'
import { asPerson } from '../acting.ts'
import { DAY, type IdentityParts, later } from '../face.ts'
import type { Guard } from '../lockout/guard.ts'
import type { PasswordHashing } from '../passwords/hashing.ts'
import { passwordFault } from '../passwords/rules.ts'
import { hashOf, newSecret } from '../sessions/secrets.ts'
import type { Sessions } from '../sessions/service.ts'
import type { Door, SignedIn, SignIn } from '../sign-in/service.ts'
import { createLinkStore, type Link, type LinkKind } from './store.ts'

/** Days a link holds, by what it is for. */
const LIFE: Record<LinkKind, number> = { first_start: DAY, invitation: 7 * DAY, password_reset: DAY }

export interface OneTimeLink {
  /** The secret is in the fragment, which browsers keep to themselves: no server log ever sees it. */
  path: string
  expiresAt: string
}

export interface Acceptance {
  token: string
  name?: string | undefined
  password: string
  otp?: string | undefined
}

interface Parts extends Pick<IdentityParts, 'db' | 'audit' | 'bus' | 'now'> {
  hashing: PasswordHashing
  signIn: SignIn
  sessions: Sessions
  guard: Guard
}

/** Makes a one-time link in the caller's transaction. */
export async function makeLink(
  tx: Db,
  { accountId, kind }: Pick<Link, 'accountId' | 'kind'>,
  now: Date,
): Promise<OneTimeLink> {
  const token = newSecret()
  const expiresAt = later(now, LIFE[kind])
  await createLinkStore(tx).replace(hashOf(token), { accountId, kind, expiresAt })
  return { path: `/welcome#token=${token}`, expiresAt: expiresAt.toISOString() }
}

export function createLinks({ db, audit, bus, now, hashing, signIn, sessions, guard }: Parts) {
  async function open(token: string): Promise<{ link: Link; account: Account }> {
    const link = await createLinkStore(db).find(hashOf(token), now())
    const account = link && (await createAccountStore(db).find(link.accountId))
    if (!link || !account || account.status === 'suspended')
      throw new AppError('not_found', 'this link was used already or has expired; ask for a new one')
    return { link, account }
  }

  async function setUp(tx: Db, { account, link, hash, name, passwordHash }: Use): Promise<void> {
    if (!(await createLinkStore(tx).use(hash))) throw notFound('this link')
    const joins = account.status === 'invited'
    const at = now()
    await createAccountStore(tx).change(account.id, {
      name,
      passwordHash,
      status: 'active',
      ...(account.joinedAt ? {} : { joinedAt: at }),
    })
    await sessions.revoke(tx, { accountId: account.id, why: 'password_changed' })
    await audit.record(tx, {
      action: joins ? 'user.join' : 'user.set-password',
      object: { type: 'user', id: account.id },
      after: { by: link.kind },
    })
    if (joins) await bus.publish(tx, UserJoined, { key: account.id, data: { userId: account.id } })
  }

  return {
    async show(token: string) {
      const { link, account } = await open(token)
      return {
        kind: link.kind,
        email: account.email,
        ...(account.name ? { name: account.name } : {}),
        grants: account.grants,
        expiresAt: link.expiresAt.toISOString(),
      }
    },
    async accept({ token, name, password, otp }: Acceptance, door: Door): Promise<SignedIn> {
      const { link, account } = await open(token)
      const called = name ?? account.name
      if (!called) throw invalid('a name is missing', [{ path: 'body.name', message: 'must say how you are called' }])
      const fault = passwordFault(password, { email: account.email, name: called })
      if (fault) throw invalid('the password is not accepted', [{ path: 'body.password', message: fault }])
      const attempt = await guard.confirm(hashOf(token).toString('hex'))
      await signIn.checkSecondFactor(account, attempt, otp)
      await attempt.succeeded()
      const passwordHash = await hashing.hash(password)
      const named = { ...account, name: called }
      const signedIn = await asPerson(named, () =>
        signIn.welcome({ account: named, method: 'link', confirmedAt: now() }, door, (tx) =>
          setUp(tx, { account, link, hash: hashOf(token), name: called, passwordHash }),
        ),
      )
      sessions.forget(account.id)
      return signedIn
    },
    tidy: () => createLinkStore(db).tidy(later(now(), -30 * DAY)),
  }
}
export type Links = ReturnType<typeof createLinks>

interface Use {
  account: Account
  link: Link
  hash: Buffer
  name: string
  passwordHash: string
}
