import { listSessions, revokeOtherSessions, revokeSession, type Session } from '@bellwether/contract/platform/session'
import { Button } from '@mantine/core'
import { useState } from 'react'
import { useAct } from '../../lib/api/queries.ts'
import { Confirm } from '../../ui/dialog.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Status } from '../../ui/status.tsx'
import { type Column, DataTable, usePages } from '../../ui/table/index.ts'
import { told } from '../../ui/toast.ts'
import { deviceOf } from './device.ts'

const METHODS: Record<Session['method'], string> = {
  password: 'Password',
  passkey: 'Passkey',
  oidc: 'Organisation',
  link: 'One-time link',
}

const columns: Column<Session>[] = [
  {
    id: 'device',
    header: 'Device',
    cell: ({ userAgent, current }) => (
      <>
        {deviceOf(userAgent)} {current && <Status level="good">This one</Status>}
      </>
    ),
    value: ({ userAgent }) => deviceOf(userAgent),
    primary: true,
  },
  { id: 'ip', header: 'Address', cell: ({ ip }) => <span className="bw-num">{ip}</span>, value: ({ ip }) => ip },
  {
    id: 'method',
    header: 'Signed in by',
    cell: ({ method }) => METHODS[method],
    value: ({ method }) => METHODS[method],
  },
  {
    id: 'seen',
    header: 'Last used',
    cell: ({ lastSeenAt }) => <Moment at={lastSeenAt} relative />,
    value: ({ lastSeenAt }) => lastSeenAt,
    nowrap: true,
  },
  {
    id: 'since',
    header: 'Since',
    cell: ({ createdAt }) => <Moment at={createdAt} />,
    value: ({ createdAt }) => createdAt,
    nowrap: true,
  },
  {
    id: 'until',
    header: 'Ends unless used',
    cell: ({ expiresAt }) => <Moment at={expiresAt} />,
    value: ({ expiresAt }) => expiresAt,
    nowrap: true,
  },
]

export function SessionsPage() {
  const { source, exportAll } = usePages(listSessions, {})
  const [ending, setEnding] = useState<Session>()
  const [endingOthers, setEndingOthers] = useState(false)
  return (
    <Page
      title="Sessions"
      description="Where you are signed in. End what you do not recognise, then change your password."
      actions={
        <Button variant="default" onClick={() => setEndingOthers(true)}>
          End all others
        </Button>
      }
    >
      <DataTable
        label="Sessions"
        columns={columns}
        source={source}
        exportAll={exportAll}
        keyOf={({ id }) => id}
        empty={<EmptyState title="No sessions">You are here by a token that belongs to no session.</EmptyState>}
        actions={(session) =>
          !session.current && (
            <Button
              size="compact-sm"
              variant="subtle"
              onClick={() => setEnding(session)}
              aria-label={`End the session on ${deviceOf(session.userAgent)}, ${session.ip}`}
            >
              End
            </Button>
          )
        }
      />
      {ending && <End session={ending} onClose={() => setEnding(undefined)} />}
      {endingOthers && <EndOthers onClose={() => setEndingOthers(false)} />}
    </Page>
  )
}

function End({ session, onClose }: { session: Session; onClose: () => void }) {
  const revoke = useAct(revokeSession, { refreshes: [listSessions] })
  return (
    <Confirm
      title="End this session?"
      act="End it"
      onClose={onClose}
      onAct={() => revoke.mutateAsync({ params: { id: session.id } })}
    >
      {deviceOf(session.userAgent)} at {session.ip} is signed out at once.
    </Confirm>
  )
}

function EndOthers({ onClose }: { onClose: () => void }) {
  const revoke = useAct(revokeOtherSessions, {
    refreshes: [listSessions],
    onDone: ({ revoked }) =>
      told(revoked === 1 ? 'One other session has ended.' : `${revoked} other sessions have ended.`),
  })
  return (
    <Confirm
      title="End all your other sessions?"
      act="End them"
      onClose={onClose}
      onAct={() => revoke.mutateAsync({ body: {} })}
    >
      Every device but this one is signed out at once.
    </Confirm>
  )
}
