import { getMe, type Me } from '@bellwether/contract/platform/account'
import { Anchor } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { keyOf } from '../../lib/api/queries.ts'
import { call, sessionIs } from '../../lib/api/session.ts'
import { live } from '../../lib/live/index.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { SignInForm } from './sign-in-form.tsx'

/** The session ended under an open page: sign in on top of it, and what waited goes on. */
export function ExpiredDialog({ settle }: { settle: (proceed: boolean) => void }) {
  const client = useQueryClient()
  const before = client.getQueryData<Me>(keyOf(getMe, {}))
  async function back() {
    const me = await call(getMe, {}, { plain: true })
    // Another account came back: what stands on the page is not theirs to see or to send.
    if (before && me.id !== before.id) return location.assign('/')
    live.retryNow()
    settle(true)
  }
  function leave() {
    sessionIs('out')
    settle(false)
    location.assign('/sign-in')
  }
  return (
    <Dialog title="Your session has ended" open keep size="sm">
      <p style={{ marginTop: 0 }}>Sign in to go on. What you have typed on this page is still there.</p>
      <SignInForm
        onSignedIn={back}
        {...(before ? { email: before.email } : {})}
        from={location.pathname + location.search}
      />
      <p style={{ marginBottom: 0 }}>
        <Anchor component="button" type="button" size="sm" onClick={leave}>
          Leave this page and sign in as somebody else
        </Anchor>
      </p>
    </Dialog>
  )
}
