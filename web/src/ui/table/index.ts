export type { Column } from './columns.ts'
export { DataTable, type DataTableProps, type TableSource } from './data-table.tsx'
export { usePages, useRows } from './sources.ts'
