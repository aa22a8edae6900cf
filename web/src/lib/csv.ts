export type Cell = string | number | boolean | undefined

/**
 * A table as RFC 4180 text. A text cell that a spreadsheet would run as a formula is given a leading apostrophe.
 * The byte order mark tells Excel that it is UTF-8.
 */
export function csvOf(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]) => cells.map(quoted).join(',')
  return `\u{feff}${[header, ...rows].map(line).join('\r\n')}\r\n`
}

function quoted(cell: Cell): string {
  if (cell === undefined) return ''
  if (typeof cell !== 'string') return String(cell)
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Hands a text to the person as a file. */
export const download = (name: string, text: string, type = 'text/csv;charset=utf-8'): void =>
  saveBlob(name, new Blob([text], { type }))

export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser reads the blob after the click has returned; revoking at once would give an empty file.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
