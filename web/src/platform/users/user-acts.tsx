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
import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useAct } from '../../lib/api/queries.ts'
import { useMe } from '../../lib/me.ts'
import { Confirm, Dialog } from '../../ui/dialog.tsx'
import { told } from '../../ui/toast.ts'
import { GrantsDialog } from './change-grants.tsx'
import { ShowLink } from './invite.tsx'

interface Ask {
  label: string
  title: string
  words: ReactNode
  act: string
  run: () => Promise<unknown>
  danger?: boolean
  harmless?: boolean
}

/** What can be done to a person, by the state they are in. Each act says what will be before it is done. */
export function UserActs({ user }: { user: User }) {
  const me = useMe()
  const [asking, setAsking] = useState<Ask>()
  const [granting, setGranting] = useState(false)
  const [link, setLink] = useState<ResultOf<typeof resetPassword>>()
  const asks = useAsks(user, setLink)
  if (user.id === me.id) return null
  return (
    <>
      <Menu position="bottom-end" width="15rem">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Acts on ${user.name || user.email}`}>
            <IconDots size={17} stroke={1.8} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setGranting(true)}>Change roles…</Menu.Item>
          {asks.map((ask) => (
            <Menu.Item key={ask.label} onClick={() => setAsking(ask)} {...(ask.danger ? { color: 'vermilion' } : {})}>
              {ask.label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <GrantsDialog user={user} open={granting} onClose={() => setGranting(false)} />
      {asking && (
        <Confirm
          title={asking.title}
          act={asking.act}
          onAct={asking.run}
          onClose={() => setAsking(undefined)}
          {...(asking.harmless ? { harmless: true } : {})}
        >
          {asking.words}
        </Confirm>
      )}
      <Dialog title="Send this link" open={link !== undefined && !asking} onClose={() => setLink(undefined)} keep>
        {link && <ShowLink link={link} email={user.email} onClose={() => setLink(undefined)} />}
      </Dialog>
    </>
  )
}

function useAsks(user: User, onLink: (link: ResultOf<typeof resetPassword>) => void): Ask[] {
  const refreshes = [listUsers]
  const suspend = useAct(suspendUser, { refreshes })
  const reactivate = useAct(reactivateUser, { refreshes })
  const remove = useAct(removeUser, { refreshes })
  const renew = useAct(renewInvitation, { refreshes, onDone: onLink })
  const takeBack = useAct(revokeInvitation, { refreshes })
  const resetFactor = useAct(resetSecondFactor, { refreshes })
  const password = useAct(resetPassword, { onDone: onLink })
  const endSessions = useAct(revokeUserSessions, {
    onDone: ({ revoked }) => told(revoked === 1 ? 'One session has ended.' : `${revoked} sessions have ended.`),
  })
  const params = { id: user.id }
  const whole = { params, body: {} }
  const name = user.name || user.email
  if (user.status === 'invited')
    return [
      {
        label: 'New invitation link…',
        title: 'Make a new link?',
        words: 'The link made before stops working.',
        act: 'Make a new link',
        run: () => renew.mutateAsync(whole),
        harmless: true,
      },
      {
        label: 'Take the invitation back…',
        title: `Take the invitation of ${name} back?`,
        words: 'The link stops working. The person can be invited again.',
        act: 'Take it back',
        run: () => takeBack.mutateAsync({ params }),
        danger: true,
      },
    ]
  const stop: Ask =
    user.status === 'suspended'
      ? {
          label: 'Let in again…',
          title: `Let ${name} in again?`,
          words: 'With the roles and the password as they were.',
          act: 'Let in again',
          run: () => reactivate.mutateAsync(whole),
          harmless: true,
        }
      : {
          label: 'Suspend…',
          title: `Suspend ${name}?`,
          words: 'Sessions and API keys stop at once. It can be undone at any time.',
          act: 'Suspend',
          run: () => suspend.mutateAsync(whole),
          danger: true,
        }
  return [
    {
      label: 'Link for a new password…',
      title: `Make a link for a new password?`,
      words: `${name} sets a new password by it, within a day. The present one works until then.`,
      act: 'Make the link',
      run: () => password.mutateAsync(whole),
      harmless: true,
    },
    {
      label: 'End all sessions…',
      title: `End all sessions of ${name}?`,
      words: 'Every device is signed out at once.',
      act: 'End them',
      run: () => endSessions.mutateAsync(whole),
    },
    ...(user.secondFactor
      ? [
          {
            label: 'Reset second factor…',
            title: `Reset the second factor of ${name}?`,
            words: 'For somebody who lost theirs: be sure who asks. All factors are removed, all sessions end.',
            act: 'Reset',
            run: () => resetFactor.mutateAsync(whole),
          },
        ]
      : []),
    stop,
    {
      label: 'Remove…',
      title: `Remove ${name}?`,
      words: 'Name and e-mail are erased for good; the records keep a number in their place. This cannot be undone.',
      act: 'Remove for good',
      run: () => remove.mutateAsync({ params }),
      danger: true,
    },
  ]
}
