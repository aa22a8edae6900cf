import type { Db } from '../../storage/index.ts'
import { createAccountStore } from '../accounts/store.ts'
import { createPasskeyStore } from '../passkeys/store.ts'
import { createRecoveryStore } from '../second-factor/store.ts'

/** Takes every second factor of a person away. */
export async function forgetFactors(tx: Db, accountId: string): Promise<void> {
  await createAccountStore(tx).change(accountId, { totp: undefined })
  await createPasskeyStore(tx).removeAll(accountId)
  await createRecoveryStore(tx).replace(accountId, [])
}
