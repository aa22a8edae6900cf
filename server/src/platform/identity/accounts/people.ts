import type { Grant } from '../../access/index.ts'
import { conflict } from '../../errors/index.ts'
import type { Db } from '../../storage/index.ts'
import type { IdentityParts } from '../face.ts'
import { createAccountStore, type Status } from './store.ts'

export interface NewPerson {
  id?: string
  email: string
  name?: string
  status: Status
  grants: readonly Grant[]
  passwordHash?: string | undefined
}

/** Puts a person into the database; who may do so is for the caller to say. */
export async function addPerson(
  tx: Db,
  { id, email, name = '', status, grants, passwordHash }: NewPerson,
  { now, newId }: Pick<IdentityParts, 'now' | 'newId'>,
): Promise<string> {
  const store = createAccountStore(tx)
  const account = { id: id ?? newId(), email, name, status, createdAt: now() }
  if (!(await store.insert(account))) throw conflict(`${email} has an account or an invitation already`)
  if (passwordHash) await store.change(account.id, { passwordHash })
  await store.setGrants(account.id, grants)
  return account.id
}
