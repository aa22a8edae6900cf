import { type Flag, type FlagVersion, listFlagVersions } from '@bellwether/contract/platform/flags'
import { Moment } from '../../ui/moment.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, DataTable, usePages } from '../../ui/table/index.ts'

const columns: Column<FlagVersion>[] = [
  {
    id: 'version',
    header: 'Version',
    cell: ({ version }) => version,
    value: ({ version }) => version,
    primary: true,
  },
  { id: 'at', header: 'When', cell: ({ at }) => <Moment at={at} />, value: ({ at }) => at, nowrap: true },
  { id: 'by', header: 'Who', cell: ({ by }) => by, value: ({ by }) => by },
  { id: 'change', header: 'What', cell: ({ change }) => change, value: ({ change }) => change },
  {
    id: 'state',
    header: 'Then',
    cell: ({ flag }) => `${flag.on ? 'on' : 'off'}, ${flag.percent} %`,
    value: ({ flag }) => `${flag.on ? 'on' : 'off'}, ${flag.percent} %`,
  },
]

export function Versions({ flag }: { flag: Flag }) {
  const { source, exportAll } = usePages(listFlagVersions, { params: { key: flag.key } })
  return (
    <DataTable
      label={`Versions of ${flag.key}`}
      columns={columns}
      source={source}
      exportAll={exportAll}
      keyOf={({ version }) => String(version)}
      empty={<EmptyState title="No versions" />}
    />
  )
}
