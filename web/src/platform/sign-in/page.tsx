import { signInWays } from '@bellwether/contract/platform/session'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { queryOf } from '../../lib/api/queries.ts'
import { Notice } from '../../ui/status.tsx'
import { Frame } from './frame.tsx'
import { SignInForm } from './sign-in-form.tsx'

export function SignInPage() {
  const { from }: { from?: string } = useSearch({ strict: false })
  const ways = useQuery(queryOf(signInWays, {}))
  const client = useQueryClient()
  const navigate = useNavigate()
  async function enter() {
    client.clear() // nothing that another person has seen stays
    await navigate({ href: from ?? '/', replace: true })
  }
  return (
    <Frame title="Sign in" lead="Welcome back to your operations desk.">
      {ways.data?.firstStart && (
        <div style={{ marginBottom: '1.25rem' }}>
          <Notice level="info" title="Nobody has signed in here yet">
            The server printed a one-time link when it started. Open that link to set up the first account.
          </Notice>
        </div>
      )}
      {ways.error && (
        <div style={{ marginBottom: '1.25rem' }}>
          <Notice level="warn">The server does not answer at the moment. Signing in will tell when it is back.</Notice>
        </div>
      )}
      <SignInForm onSignedIn={enter} {...(from ? { from } : {})} />
    </Frame>
  )
}
