import { getSecondFactor } from '@bellwether/contract/platform/second-factor'
import { useQuery } from '@tanstack/react-query'
import { queryOf } from '../../lib/api/queries.ts'
import { useMe } from '../../lib/me.ts'
import { Page } from '../../ui/page.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { Notice } from '../../ui/status.tsx'
import { Passkeys } from './passkeys.tsx'
import { Password } from './password.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'
import { Totp } from './totp.tsx'

export function SecurityPage() {
  const me = useMe()
  const factors = useQuery(queryOf(getSecondFactor, {}))
  return (
    <Page title="Security" description="How you prove that it is you." narrow>
      {!me.secondFactor && (
        <Notice level="warn" title="Your account has no second factor">
          Whoever learns your password is in. An authenticator app or a passkey closes that door; it takes a minute.
        </Notice>
      )}
      {factors.error && !factors.data && <ErrorState error={factors.error} retry={() => void factors.refetch()} />}
      <Totp factors={factors.data} />
      <Passkeys />
      <RecoveryCodes factors={factors.data} />
      <Password />
    </Page>
  )
}
