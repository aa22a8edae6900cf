import { type ConsumerGroup, listGroups, replayGroup } from '@bellwether/contract/platform/bus'
import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAct } from '../../lib/api/queries.ts'
import { useFormats } from '../../lib/format.ts'
import { useMay } from '../../lib/me.ts'
import { instantOfWall, wallOf } from '../../lib/zones.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Form, useForm } from '../../ui/form/index.ts'
import { EmptyState } from '../../ui/states.tsx'
import { Status } from '../../ui/status.tsx'
import { type Column, DataTable, useRows } from '../../ui/table/index.ts'
import { told } from '../../ui/toast.ts'

const columnsFor = (number: (value: number) => string): Column<ConsumerGroup>[] => [
  { id: 'group', header: 'Consumer', cell: ({ group }) => group, value: ({ group }) => group, primary: true },
  { id: 'state', header: 'State', cell: (group) => <State group={group} />, value: stateOf },
  { id: 'lag', header: 'Behind by', cell: ({ lag }) => number(lag), value: ({ lag }) => lag, align: 'end' },
  {
    id: 'parked',
    header: 'Waiting for another try',
    cell: ({ parked }) => number(parked),
    value: ({ parked }) => parked,
    align: 'end',
  },
  {
    id: 'dead',
    header: 'Dead letters',
    cell: ({ deadLetters }) => number(deadLetters),
    value: ({ deadLetters }) => deadLetters,
    align: 'end',
  },
  {
    id: 'position',
    header: 'Position',
    cell: ({ position, head }) => `${number(position)} of ${number(head)}`,
    value: ({ position }) => position,
    align: 'end',
  },
]

/** More facts behind than this is worth a look: a consumer that keeps up is seldom behind by a hundred. */
const FAR_BEHIND = 1000

function stateOf({ deadLetters, parked, lag }: ConsumerGroup): string {
  if (deadLetters > 0) return 'Gave up on some'
  if (parked > 0) return 'Trying again'
  return lag > FAR_BEHIND ? 'Behind' : 'Keeps up'
}

function State({ group }: { group: ConsumerGroup }) {
  const words = stateOf(group)
  const level = group.deadLetters > 0 ? 'bad' : words === 'Keeps up' ? 'good' : 'warn'
  return <Status level={level}>{words}</Status>
}

export function Groups() {
  const { number } = useFormats()
  const may = useMay()
  const { source } = useRows(listGroups, {}, ({ items }) => items)
  const [replaying, setReplaying] = useState<ConsumerGroup>()
  return (
    <>
      <DataTable
        label="Consumers of events"
        titled
        columns={columnsFor(number)}
        source={source}
        keyOf={({ group }) => group}
        empty={
          <EmptyState title="Nobody listens yet">
            A part of the program that waits for facts shows here with how far it has read.
          </EmptyState>
        }
        {...(may('system:write')
          ? {
              actions: (group: ConsumerGroup) => (
                <Button
                  size="compact-sm"
                  variant="subtle"
                  aria-label={`Replay ${group.group}`}
                  onClick={() => setReplaying(group)}
                >
                  Replay…
                </Button>
              ),
            }
          : {})}
      />
      <Dialog title="Replay from a time" open={replaying !== undefined} onClose={() => setReplaying(undefined)} keep>
        {replaying && <Replay group={replaying.group} onDone={() => setReplaying(undefined)} />}
      </Dialog>
    </>
  )
}

function Replay({ group, onDone }: { group: string; onDone: () => void }) {
  const { zone } = useFormats()
  const replay = useAct(replayGroup, { refreshes: [listGroups] })
  const form = useForm({
    initial: { from: wallOf(new Date(Date.now() - 3_600_000).toISOString(), zone) },
    shape: replayGroup.body,
    bodyOf: ({ from }) => ({ from: instantOfWall(from, zone) ?? '' }),
    async submit(body) {
      await replay.mutateAsync({ params: { group }, body })
      told(`${group} reads again from then.`)
      onDone()
    },
  })
  return (
    <Form form={form} submit="Replay">
      <p style={{ margin: 0 }}>
        <code>{group}</code> goes back and handles every fact since then once more. It never goes forward, so nothing is
        skipped.
      </p>
      <TextInput label={`From, in ${zone}`} type="datetime-local" data-autofocus {...form.text('from')} />
    </Form>
  )
}
