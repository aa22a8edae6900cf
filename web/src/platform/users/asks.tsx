import type { ResultOf } from '@bellwether/contract/endpoint'
import {
  listUsers,
  reactivateUser,
  removeUser,
  renewInvitation,
  resetPassword,
  resetSecondFactor,
  revokeInvitation,
  revokeUserSessions,
  suspendUser,
  type User,
} from '@bellwether/contract/platform/user'
import type { ReactNode } from 'react'
import { useAct } from '../../lib/api/queries.ts'
import { told } from '../../ui/toast.ts'

/** An act on a person, and what is said before it is done. */
export interface Ask {
  label: string
  title: string
  words: ReactNode
  act: string
  run: () => Promise<unknown>
  danger?: boolean
  harmless?: boolean
}

type OnLink = (link: ResultOf<typeof resetPassword>) => void
const refreshes = [listUsers]
const nameOf = ({ name, email }: User): string => name || email

export function useInvitedAsks(user: User, onLink: OnLink): Ask[] {
  const renew = useAct(renewInvitation, { refreshes, onDone: onLink })
  const takeBack = useAct(revokeInvitation, { refreshes })
  const params = { id: user.id }
  return [
    {
      label: 'New invitation link…',
      title: 'Make a new link?',
      words: 'The link made before stops working.',
      act: 'Make a new link',
      run: () => renew.mutateAsync({ params, body: {} }),
      harmless: true,
    },
    {
      label: 'Take the invitation back…',
      title: `Take the invitation of ${nameOf(user)} back?`,
      words: 'The link stops working. The person can be invited again.',
      act: 'Take it back',
      run: () => takeBack.mutateAsync({ params }),
      danger: true,
    },
  ]
}

export function useMemberAsks(user: User, onLink: OnLink): Ask[] {
  const signIn = useSignInAsks(user, onLink)
  const stop = useStopAsk(user)
  const remove = useAct(removeUser, { refreshes })
  return [
    ...signIn,
    stop,
    {
      label: 'Remove…',
      title: `Remove ${nameOf(user)}?`,
      words: 'Name and e-mail are erased for good; the records keep a number in their place. This cannot be undone.',
      act: 'Remove for good',
      run: () => remove.mutateAsync({ params: { id: user.id } }),
      danger: true,
    },
  ]
}

/** What helps a person who cannot sign in, or keeps out somebody who should not. */
function useSignInAsks(user: User, onLink: OnLink): Ask[] {
  const password = useAct(resetPassword, { onDone: onLink })
  const resetFactor = useAct(resetSecondFactor, { refreshes })
  const endSessions = useAct(revokeUserSessions, {
    onDone: ({ revoked }) => told(revoked === 1 ? 'One session has ended.' : `${revoked} sessions have ended.`),
  })
  const whole = { params: { id: user.id }, body: {} }
  const reset: Ask = {
    label: 'Reset second factor…',
    title: `Reset the second factor of ${nameOf(user)}?`,
    words: 'For somebody who lost theirs: be sure who asks. All factors are removed, all sessions end.',
    act: 'Reset',
    run: () => resetFactor.mutateAsync(whole),
  }
  return [
    {
      label: 'Link for a new password…',
      title: 'Make a link for a new password?',
      words: `${nameOf(user)} sets a new password by it, within a day. The present one works until then.`,
      act: 'Make the link',
      run: () => password.mutateAsync(whole),
      harmless: true,
    },
    {
      label: 'End all sessions…',
      title: `End all sessions of ${nameOf(user)}?`,
      words: 'Every device is signed out at once.',
      act: 'End them',
      run: () => endSessions.mutateAsync(whole),
    },
    ...(user.secondFactor ? [reset] : []),
  ]
}

function useStopAsk(user: User): Ask {
  const suspend = useAct(suspendUser, { refreshes })
  const reactivate = useAct(reactivateUser, { refreshes })
  const whole = { params: { id: user.id }, body: {} }
  if (user.status === 'suspended')
    return {
      label: 'Let in again…',
      title: `Let ${nameOf(user)} in again?`,
      words: 'With the roles and the password as they were.',
      act: 'Let in again',
      run: () => reactivate.mutateAsync(whole),
      harmless: true,
    }
  return {
    label: 'Suspend…',
    title: `Suspend ${nameOf(user)}?`,
    words: 'Sessions and API keys stop at once. It can be undone at any time.',
    act: 'Suspend',
    run: () => suspend.mutateAsync(whole),
    danger: true,
  }
}
