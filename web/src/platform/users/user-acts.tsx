import type { ResultOf } from '@bellwether/contract/endpoint'
import type { resetPassword, User } from '@bellwether/contract/platform/user'
import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'
import { useMe } from '../../lib/me.ts'
import { Confirm, Dialog } from '../../ui/dialog.tsx'
import { type Ask, useInvitedAsks, useMemberAsks } from './asks.tsx'
import { GrantsDialog } from './change-grants.tsx'
import { ShowLink } from './invite.tsx'

/** What can be done to a person, by the state they are in. Each act says what will be before it is done. */
export function UserActs({ user }: { user: User }) {
  const me = useMe()
  const [asking, setAsking] = useState<Ask>()
  const [granting, setGranting] = useState(false)
  const [link, setLink] = useState<ResultOf<typeof resetPassword>>()
  const invited = useInvitedAsks(user, setLink)
  const member = useMemberAsks(user, setLink)
  const asks = user.status === 'invited' ? invited : member
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
