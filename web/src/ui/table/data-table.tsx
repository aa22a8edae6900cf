import { ActionIcon, Button, Skeleton, Tooltip } from '@mantine/core'
import { IconArrowDown, IconArrowsSort, IconArrowUp, IconDownload } from '@tabler/icons-react'
import { type ReactNode, useMemo, useState } from 'react'
import { download } from '../../lib/csv.ts'
import { useFormats } from '../../lib/format.ts'
import { Scroller } from '../scroller.tsx'
import { ErrorState } from '../states.tsx'
import { failed } from '../toast.ts'
import { type Column, csvOfRows, nextSorting, type Sorting, sortRows } from './columns.ts'
import styles from './data-table.module.css'

/** The part of a query the table looks at; one of TanStack Query fits. */
export interface TableSource<Row> {
  rows: readonly Row[] | undefined
  error?: Error | null
  retry?: () => void
  more?: { has: boolean; loading: boolean; load: () => void }
}

export interface DataTableProps<Row> {
  /** Names the table for those who cannot see it, and the exported file. */
  label: string
  columns: readonly Column<Row>[]
  source: TableSource<Row>
  keyOf: (row: Row) => string
  empty: ReactNode
  /** Reads all rows for the export where the table holds only the first pages. */
  exportAll?: (progress: (rows: number) => void) => Promise<readonly Row[]>
  toolbar?: ReactNode
  /** Shows the label, where the page has more tables than one or its title says something else. */
  titled?: true
  /** Acts on one row, at its end. */
  actions?: (row: Row) => ReactNode
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, source, empty, toolbar, exportAll, titled } = props
  const [sorting, setSorting] = useState<Sorting>()
  const rows = useMemo(() => sortRows(source.rows ?? [], columns, sorting), [source.rows, columns, sorting])
  const isEmpty = source.rows?.length === 0
  return (
    <section className={styles.frame} aria-label={label} aria-busy={!source.rows && !source.error}>
      <div className={styles.toolbar}>
        <div className={styles.tools}>
          {titled && <h2 className={styles.title}>{label}</h2>}
          {toolbar}
        </div>
        <Count rows={source.rows} hasMore={source.more?.has ?? false} />
        <ExportButton label={label} columns={columns} rows={rows} {...(exportAll ? { exportAll } : {})} />
      </div>
      {source.error && !source.rows ? (
        <ErrorState error={source.error} retry={source.retry} />
      ) : isEmpty ? (
        empty
      ) : (
        <Table {...props} rows={source.rows && rows} sorting={sorting} onSort={setSorting} />
      )}
      {source.more?.has && (
        <div className={styles.more}>
          <Button variant="default" loading={source.more.loading} onClick={source.more.load}>
            Show more
          </Button>
        </div>
      )}
    </section>
  )
}

interface TableProps<Row> extends Pick<DataTableProps<Row>, 'label' | 'columns' | 'keyOf' | 'actions'> {
  rows: readonly Row[] | undefined
  sorting: Sorting | undefined
  onSort: (sorting: Sorting | undefined) => void
}

function Table<Row>({ label, columns, keyOf, actions, rows, sorting, onSort }: TableProps<Row>) {
  return (
    <Scroller className={styles.scroll} label={`${label}, table`}>
      {/* biome-ignore-start lint/a11y/noRedundantRoles: as cards on a phone the elements lose the roles they have by display */}
      <table className={styles.table} role="table" aria-label={label}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <HeaderCell key={column.id} column={column} sorting={sorting} onSort={onSort} />
            ))}
            {actions && (
              <th role="columnheader" scope="col">
                <span className="bw-sr">Acts</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows ? (
            rows.map((row) => <DataRow key={keyOf(row)} row={row} columns={columns} actions={actions} />)
          ) : (
            <LoadingRows columns={columns.length + (actions ? 1 : 0)} />
          )}
        </tbody>
      </table>
      {/* biome-ignore-end lint/a11y/noRedundantRoles: see above */}
    </Scroller>
  )
}

interface DataRowProps<Row> {
  row: Row
  columns: readonly Column<Row>[]
  actions: ((row: Row) => ReactNode) | undefined
}

/* biome-ignore-start lint/a11y/noRedundantRoles: as above */
function DataRow<Row>({ row, columns, actions }: DataRowProps<Row>) {
  return (
    <tr role="row">
      {columns.map((column) => (
        <td
          role="cell"
          key={column.id}
          data-label={column.header}
          data-align={column.align}
          data-primary={column.primary}
          className={column.nowrap ? 'bw-nowrap' : undefined}
        >
          <div>{column.cell(row)}</div>
        </td>
      ))}
      {actions && (
        <td role="cell" className={styles.acts}>
          {actions(row)}
        </td>
      )}
    </tr>
  )
}
/* biome-ignore-end lint/a11y/noRedundantRoles: as above */

function HeaderCell<Row>({
  column,
  sorting,
  onSort,
}: {
  column: Column<Row>
  sorting: Sorting | undefined
  onSort: (sorting: Sorting | undefined) => void
}) {
  const direction = sorting?.column === column.id ? sorting.direction : undefined
  const Icon = direction === 'ascending' ? IconArrowUp : direction === 'descending' ? IconArrowDown : IconArrowsSort
  return (
    // biome-ignore lint/a11y/noRedundantRoles: as above
    <th role="columnheader" scope="col" aria-sort={direction} data-align={column.align}>
      {column.value ? (
        <button type="button" className={styles.sort} onClick={() => onSort(nextSorting(sorting, column.id))}>
          {column.header}
          <Icon size={13} stroke={1.8} aria-hidden="true" data-idle={direction ? undefined : true} />
        </button>
      ) : (
        column.header
      )}
    </th>
  )
}

function Count<Row>({ rows, hasMore }: { rows: readonly Row[] | undefined; hasMore: boolean }) {
  const formats = useFormats()
  if (!rows) return null
  return (
    <span className={styles.count} aria-live="polite">
      {formats.number(rows.length)}
      {hasMore ? '+' : ''} {rows.length === 1 && !hasMore ? 'row' : 'rows'}
    </span>
  )
}

type ExportProps<Row> = Pick<DataTableProps<Row>, 'label' | 'columns' | 'exportAll'> & { rows: readonly Row[] }

function ExportButton<Row>({ label, columns, rows, exportAll }: ExportProps<Row>) {
  const [read, setRead] = useState<number>()
  async function run() {
    setRead(0)
    try {
      const all = exportAll ? await exportAll(setRead) : rows
      const day = new Date().toISOString().slice(0, 10)
      download(`${label.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-${day}.csv`, csvOfRows(all, columns))
    } catch (error) {
      failed('The export did not finish', error)
    } finally {
      setRead(undefined)
    }
  }
  return (
    <>
      <Tooltip label="Download all rows as CSV">
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={`Download ${label} as CSV`}
          loading={read !== undefined}
          disabled={rows.length === 0}
          styles={{ root: rows.length === 0 ? { background: 'none' } : {} }}
          onClick={() => void run()}
        >
          <IconDownload size={17} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
      {read !== undefined && read > 0 && <output className={styles.count}>{read} rows read…</output>}
    </>
  )
}

const LOADING = ['a', 'b', 'c', 'd', 'e']

function LoadingRows({ columns }: { columns: number }) {
  const cells = Array.from({ length: columns }, (_, index) => `cell ${index}`)
  return LOADING.map((row, index) => (
    <tr key={row}>
      {cells.map((cell) => (
        <td key={cell}>
          <Skeleton height={10} my={5} width={`${85 - index * 9}%`} radius="xl" />
        </td>
      ))}
    </tr>
  ))
}
