import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { Confirm, Dialog } from './dialog.tsx'
import { DataTable, type DataTableProps } from './table/index.ts'

interface GivenUpProps<Row> extends Pick<DataTableProps<Row>, 'label' | 'columns' | 'source' | 'exportAll' | 'empty'> {
  /** One of them by its name: `Dead letter`. */
  one: string
  details: (row: Row) => ReactNode
  /** Absent for who may only look. */
  acts: { retry: (row: Row) => void; drop: (row: Row) => Promise<unknown> } | undefined
  /** What dropping means for it. */
  loss: (row: Row) => ReactNode
}

/** What the program gave up on: each can be looked at, tried again, or dropped for good. */
export function GivenUp<Row extends { id: string }>({ one, details, acts, loss, ...table }: GivenUpProps<Row>) {
  const [shown, setShown] = useState<Row>()
  const [dropping, setDropping] = useState<Row>()
  return (
    <>
      <DataTable
        {...table}
        titled
        keyOf={({ id }) => id}
        actions={(row) => (
          <>
            <RowAct onClick={() => setShown(row)}>Show</RowAct>
            {acts && <RowAct onClick={() => acts.retry(row)}>Try again</RowAct>}
            {acts && (
              <RowAct color="vermilion" onClick={() => setDropping(row)}>
                Drop
              </RowAct>
            )}
          </>
        )}
      />
      <Dialog title={one} open={shown !== undefined} onClose={() => setShown(undefined)} size="lg">
        {shown && details(shown)}
      </Dialog>
      {acts && dropping && (
        <Confirm
          title={`Drop this ${one.toLowerCase()}?`}
          act="Drop for good"
          onClose={() => setDropping(undefined)}
          onAct={() => acts.drop(dropping)}
        >
          {loss(dropping)}
        </Confirm>
      )}
    </>
  )
}

const RowAct = ({ color, ...rest }: { color?: string; onClick: () => void; children: ReactNode }) => (
  <Button size="compact-sm" variant="subtle" {...(color ? { color } : {})} {...rest} />
)
