import type { Grant } from '../access/index.ts'
import { withLock } from '../storage/index.ts'
import { addPerson } from './accounts/people.ts'
import { createAccountStore } from './accounts/store.ts'
import type { IdentityParts } from './face.ts'
import { makeLink } from './links/service.ts'
import type { PasswordHashing } from './passwords/hashing.ts'
import { passwordFault } from './passwords/rules.ts'

const EVERYTHING: Grant = { role: 'super_admin', domain: '*' }

interface Parts extends Pick<IdentityParts, 'db' | 'audit' | 'config' | 'log' | 'now' | 'newId'> {
  hashing: PasswordHashing
}

/**
 * The first start: makes the first administrator. Until somebody has signed in, each start makes a new one-time link
 * and answers its path, unless the configuration gave a password.
 */
export function createBootstrap({ db, audit, config, log, now, newId, hashing }: Parts) {
  return async function bootstrap(): Promise<string | undefined> {
    if (await createAccountStore(db).anybodyJoined()) return undefined
    const email = config.adminEmail.trim().toLowerCase()
    const { adminPassword } = config
    const fault = adminPassword && passwordFault(adminPassword, { email })
    // Whoever sets the configuration owns the machine, so this is advice.
    if (fault) log.warn({ setting: 'BELLWETHER_ADMIN_PASSWORD' }, `the first administrator’s password ${fault}`)
    const passwordHash = adminPassword ? await hashing.hash(adminPassword) : undefined
    return withLock(db, 'platform.identity.bootstrap', async (tx) => {
      const accounts = createAccountStore(tx)
      if (await accounts.anybodyJoined()) return undefined
      const present = (await accounts.list({ domains: 'all', role: EVERYTHING.role, limit: 1 }))[0]
      const status = passwordHash ? 'active' : 'invited'
      const admin = { email, name: 'Administrator', status, grants: [EVERYTHING], passwordHash } as const
      const accountId = present?.id ?? (await addPerson(tx, admin, { now, newId }))
      if (!present) await audit.record(tx, { action: 'user.first', object: { type: 'user', id: accountId } })
      else if (passwordHash) await accounts.change(accountId, { passwordHash, status })
      if (passwordHash) return undefined
      return (await makeLink(tx, { accountId, kind: 'first_start' }, now())).path
    })
  }
}
