import type { Page } from '@bellwether/contract/page'
import { GrantsChanged, UserInvited, UserStatusChanged } from '@bellwether/contract/platform/events'
import type * as wire from '@bellwether/contract/platform/user'
import { domainsOf, type Grant, type Principal } from '../../access/index.ts'
import { conflict, forbidden, invalid, notFound } from '../../errors/index.ts'
import { CURSOR, pageOf, readCursor } from '../../paging/index.ts'
import { type Db, withLock } from '../../storage/index.ts'
import { addPerson } from '../accounts/people.ts'
import { type Account, type AccountQuery, createAccountStore, hasSecondFactor } from '../accounts/store.ts'
import type { IdentityParts } from '../face.ts'
import { makeLink, type OneTimeLink } from '../links/service.ts'
import type { SecondFactor } from '../second-factor/service.ts'
import type { Sessions } from '../sessions/service.ts'
import { forgetFactors } from './factors.ts'
import { changedGrants, grantsWithin, isSuperAdmin, mayGrant, mayManage, mergedGrants } from './rules.ts'

interface Parts extends Pick<IdentityParts, 'db' | 'audit' | 'bus' | 'now' | 'newId'> {
  sessions: Pick<Sessions, 'revoke'>
  secondFactor: Pick<SecondFactor, 'announce'>
  /** Drops at once what this process remembers of an account. */
  forget(accountId: string): void
}
type ListQuery = Pick<AccountQuery, 'search' | 'status' | 'role' | 'limit'> & { cursor?: string | undefined }

/** Any text may be part of an address; only its length is bounded. */
const EMAIL = /^.{1,300}$/s

export function createUsers({ db, audit, bus, now, newId, sessions, secondFactor, forget }: Parts) {
  const store = createAccountStore(db)

  /** A person the actor may see; others do not exist for them. */
  async function visible(id: string, actor: Principal, from = store): Promise<Account> {
    const account = await from.find(id)
    if (!account || !maySee(actor, account)) throw notFound('this person')
    return account
  }

  /**
   * Changes one person in a transaction that alone changes people's rights: two administrators who demote each other
   * at the same moment must not leave nobody.
   */
  async function change<T>(id: string, actor: Principal, work: (tx: Db, before: Account) => Promise<T>): Promise<T> {
    const done = await withLock(db, 'platform.identity.rights', async (tx) => {
      const inTx = createAccountStore(tx)
      const before = await visible(id, actor, inTx)
      const result = await work(tx, before)
      if (isSuperAdmin(before.grants) && (await inTx.superAdmins()) === 0)
        throw conflict('this is the last super admin; make somebody else one first')
      return result
    })
    forget(id)
    return done
  }

  /** Like `change`, for acts on the whole person. */
  const manage = <T>(id: string, actor: Principal, work: (tx: Db, before: Account) => Promise<T>): Promise<T> =>
    change(id, actor, (tx, before) => {
      if (!mayManage(actor, before.grants))
        throw forbidden('this person holds grants that you do not manage; ask an administrator who does')
      return work(tx, before)
    })

  const record = (tx: Db, action: string, id: string, states: { before?: unknown; after?: unknown } = {}) =>
    audit.record(tx, { action: `user.${action}`, object: { type: 'user', id }, ...states })

  async function turn(tx: Db, before: Account, status: 'active' | 'suspended' | 'removed'): Promise<void> {
    await record(tx, status === 'active' ? 'reactivate' : status === 'suspended' ? 'suspend' : 'remove', before.id, {
      before: { status: before.status },
      after: { status },
    })
    await bus.publish(tx, UserStatusChanged, { key: before.id, data: { userId: before.id, status } })
  }

  const shown = async (tx: Db, id: string, actor: Principal): Promise<wire.User> =>
    onWire(await visible(id, actor, createAccountStore(tx)), actor)

  return {
    async list({ cursor, limit, ...query }: ListQuery, actor: Principal): Promise<Page<wire.User>> {
      const after = readCursor(cursor, [EMAIL, CURSOR.id])
      const domains = domainsOf(actor, 'user:read')
      const rows = await store.list({ ...query, domains, after, limit: limit + 1 })
      const page = pageOf(rows, limit, (last) => [last.email, last.id])
      return { ...page, items: page.items.map((account) => onWire(account, actor)) }
    },
    show: async (id: string, actor: Principal): Promise<wire.User> => onWire(await visible(id, actor), actor),
    async invite({ email, grants }: { email: string; grants: Grant[] }, actor: Principal) {
      mustGrant(actor, grants)
      return db.transaction().execute(async (tx) => {
        const id = await addPerson(tx, { email, status: 'invited', grants }, { now, newId })
        await record(tx, 'invite', id, { after: { grants } })
        await bus.publish(tx, UserInvited, { key: id, data: { userId: id, grants } })
        const link = await makeLink(tx, { accountId: id, kind: 'invitation' }, now())
        return { user: await shown(tx, id, actor), link }
      })
    },
    renewInvitation: (id: string, actor: Principal): Promise<OneTimeLink> =>
      manage(id, actor, async (tx, before) => {
        mustBeInvited(before)
        await record(tx, 'invite-again', id)
        return makeLink(tx, { accountId: id, kind: 'invitation' }, now())
      }),
    revokeInvitation: (id: string, actor: Principal): Promise<void> =>
      manage(id, actor, async (tx, before) => {
        mustBeInvited(before)
        await record(tx, 'uninvite', id, { before: { grants: before.grants } })
        await createAccountStore(tx).removeInvited(id)
      }),
    changeGrants: (id: string, wanted: Grant[], actor: Principal): Promise<wire.User> =>
      change(id, actor, async (tx, before) => {
        const grants = mergedGrants(actor, before.grants, wanted)
        // What is wanted but does not survive the merge is looked at too, or it would be dropped without a word.
        const added = changedGrants(before.grants, wanted).filter((grant) => wanted.includes(grant))
        mustGrant(actor, [...changedGrants(before.grants, grants), ...added])
        await createAccountStore(tx).setGrants(id, grants)
        await record(tx, 'change-grants', id, { before: { grants: before.grants }, after: { grants } })
        await bus.publish(tx, GrantsChanged, { key: id, data: { userId: id, grants } })
        return onWire({ ...before, grants }, actor)
      }),
    suspend: (id: string, actor: Principal): Promise<wire.User> =>
      manage(id, actor, async (tx, before) => {
        if (before.status !== 'active') throw conflict('only an active account can be suspended')
        await createAccountStore(tx).change(id, { status: 'suspended' })
        await sessions.revoke(tx, { accountId: id, why: 'suspended' })
        await turn(tx, before, 'suspended')
        return shown(tx, id, actor)
      }),
    reactivate: (id: string, actor: Principal): Promise<wire.User> =>
      manage(id, actor, async (tx, before) => {
        if (before.status !== 'suspended') throw conflict('this account is not suspended')
        await createAccountStore(tx).change(id, { status: 'active' })
        await turn(tx, before, 'active')
        return shown(tx, id, actor)
      }),
    remove: (id: string, actor: Principal): Promise<void> =>
      manage(id, actor, async (tx, before) => {
        await sessions.revoke(tx, { accountId: id, why: 'removed' })
        await createAccountStore(tx).erase(id)
        await turn(tx, before, 'removed')
      }),
    resetSecondFactor: (id: string, actor: Principal): Promise<wire.User> =>
      manage(id, actor, async (tx, before) => {
        if (!hasSecondFactor(before)) throw conflict('this person has no second factor')
        await forgetFactors(tx, id)
        await sessions.revoke(tx, { accountId: id, why: 'factor_changed' })
        await secondFactor.announce(tx, id, { factor: 'all', change: 'removed' })
        return shown(tx, id, actor)
      }),
    resetPassword: (id: string, actor: Principal): Promise<OneTimeLink> =>
      manage(id, actor, async (tx, before) => {
        if (before.status !== 'active') throw conflict('only an active account can get a new password')
        await record(tx, 'reset-password', id)
        return makeLink(tx, { accountId: id, kind: 'password_reset' }, now())
      }),
    revokeSessions: (id: string, actor: Principal): Promise<number> =>
      manage(id, actor, (tx) => sessions.revoke(tx, { accountId: id, why: 'revoked' })),
  }
}
export type Users = ReturnType<typeof createUsers>

const maySee = (actor: Principal, { grants }: Account): boolean =>
  domainsOf(actor, 'user:read') === 'all' || grantsWithin(actor, grants).length > 0

function mustBeInvited({ status }: Account): void {
  if (status !== 'invited') throw conflict('this person has accepted the invitation already')
}

function mustGrant(actor: Principal, grants: readonly Grant[]): void {
  const beyond = grants.filter((grant) => !mayGrant(actor, grant))
  if (beyond.length > 0)
    throw forbidden(
      `you may not grant or take away ${beyond.map(({ role, domain }) => `${role} in ${domain}`).join(', ')}: only in your own domains, and nothing above your own role`,
    )
}

function onWire(account: Account, actor: Principal): wire.User {
  const { id, email, name, status, createdAt, lastSeenAt, invitedUntil } = account
  if (status === 'removed') throw invalid('a removed person is not shown')
  return {
    id,
    email,
    name,
    status,
    grants: grantsWithin(actor, account.grants),
    secondFactor: hasSecondFactor(account),
    createdAt: createdAt.toISOString(),
    ...(lastSeenAt ? { lastSeenAt: lastSeenAt.toISOString() } : {}),
    ...(status === 'invited' && invitedUntil ? { invitedUntil: invitedUntil.toISOString() } : {}),
  }
}
