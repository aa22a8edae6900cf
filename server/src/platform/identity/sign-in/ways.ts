import { PASSWORD_MINIMUM } from '@bellwether/contract/platform/account'
import type { Call } from '../../gateway/index.ts'
import type { Db } from '../../storage/index.ts'
import { createAccountStore } from '../accounts/store.ts'
import type { Sites } from '../passkeys/site.ts'

/** What the sign-in page offers. */
export function createWays({ db, sites, issuer }: { db: Db; sites: Sites; issuer: string | undefined }) {
  let hasJoined = false
  return async (call: Pick<Call, 'headers'>) => {
    hasJoined ||= await createAccountStore(db).anybodyJoined() // once true it stays true
    return {
      password: true,
      passkeys: sites.serves(call),
      firstStart: !hasJoined,
      passwordMinimum: PASSWORD_MINIMUM,
      ...(issuer ? { oidc: { issuer } } : {}),
    }
  }
}
export type Ways = ReturnType<typeof createWays>
