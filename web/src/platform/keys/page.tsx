import { type ApiKey, listKeys, revokeKey } from '@bellwether/contract/platform/key'
import { Button } from '@mantine/core'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { z } from 'zod'
import { useAct } from '../../lib/api/queries.ts'
import { useUrlState } from '../../lib/url-state.ts'
import { Confirm } from '../../ui/dialog.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Status, Tag } from '../../ui/status.tsx'
import { type Column, DataTable, usePages } from '../../ui/table/index.ts'
import { told } from '../../ui/toast.ts'
import { MakeKeyDialog } from './make-key.tsx'

const hasEnded = ({ expiresAt }: ApiKey): boolean => expiresAt !== undefined && Date.parse(expiresAt) <= Date.now()

const columns: Column<ApiKey>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: (key) => (
      <>
        {key.name} {hasEnded(key) && <Status level="off">Expired</Status>}
      </>
    ),
    value: ({ name }) => name,
    primary: true,
  },
  {
    id: 'prefix',
    header: 'Begins with',
    cell: ({ prefix }) => <code>{prefix}…</code>,
    value: ({ prefix }) => prefix,
    nowrap: true,
  },
  {
    id: 'scopes',
    header: 'May',
    cell: ({ scopes }) => (
      <span style={{ display: 'inline-flex', flexWrap: 'wrap', gap: '0.25rem' }}>
        {scopes.slice(0, 4).map((scope) => (
          <Tag key={scope}>{scope}</Tag>
        ))}
        {scopes.length > 4 && <Tag>and {scopes.length - 4} more</Tag>}
      </span>
    ),
    value: ({ scopes }) => scopes.join(' '),
  },
  {
    id: 'used',
    header: 'Last used',
    cell: ({ lastUsedAt }) => <Moment at={lastUsedAt} relative never="Never" />,
    value: ({ lastUsedAt }) => lastUsedAt,
    nowrap: true,
  },
  {
    id: 'expires',
    header: 'Ends',
    cell: ({ expiresAt }) => <Moment at={expiresAt} never="Never" />,
    value: ({ expiresAt }) => expiresAt,
    nowrap: true,
  },
]

export function KeysPage() {
  const [{ add }, setUrl] = useUrlState(z.object({ add: z.boolean().optional() }))
  const [revoking, setRevoking] = useState<ApiKey>()
  const { source, exportAll } = usePages(listKeys, {})
  return (
    <Page
      title="API keys"
      description="For programs that act in your name. A key may never do more than you may at that moment."
      actions={
        <Button leftSection={<IconPlus size={16} stroke={2} />} onClick={() => setUrl({ add: true })}>
          Make a key
        </Button>
      }
    >
      <DataTable
        label="API keys"
        columns={columns}
        source={source}
        exportAll={exportAll}
        keyOf={({ id }) => id}
        empty={<NoKeys onAdd={() => setUrl({ add: true })} />}
        actions={(key) => (
          <Button size="compact-sm" variant="subtle" onClick={() => setRevoking(key)} aria-label={`Revoke ${key.name}`}>
            Revoke
          </Button>
        )}
      />
      <MakeKeyDialog open={add === true} onClose={() => setUrl({ add: undefined })} />
      {revoking && <Revoke apiKey={revoking} onClose={() => setRevoking(undefined)} />}
    </Page>
  )
}

function Revoke({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const revoke = useAct(revokeKey, {
    refreshes: [listKeys],
    onDone: () => told('The key is revoked; it works no more.'),
  })
  return (
    <Confirm
      title={`Revoke “${apiKey.name}”?`}
      act="Revoke"
      onClose={onClose}
      onAct={() => revoke.mutateAsync({ params: { id: apiKey.id } })}
    >
      Whatever uses it stops working at once. This cannot be undone.
    </Confirm>
  )
}

function NoKeys({ onAdd }: { onAdd: () => void }) {
  return (
    <EmptyState
      title="No keys yet"
      icon={<IconKey size={22} stroke={1.6} />}
      actions={
        <Button variant="default" onClick={onAdd}>
          Make the first key
        </Button>
      }
    >
      A program sends its key as <code>Authorization: Bearer bw_…</code>. Give each program a key of its own, with only
      what it needs; then one can be revoked without stopping the others. The API is described at{' '}
      <a href="/api/docs">/api/docs</a>.
    </EmptyState>
  )
}
