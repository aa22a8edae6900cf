/** One column of the leaves: which of `values` each leaf has. */
export interface Dimension {
  name: string
  values: readonly string[]
  codes: Int32Array
}

/** The finest cells of a measure, column by column. A dimension may have tens of thousands of values. */
export interface LeafTable {
  size: number
  dimensions: readonly Dimension[]
}

/** Builds the columns from rows of labels, one label per name. */
export function leafTable(names: readonly string[], rows: readonly (readonly string[])[]): LeafTable {
  const dimensions = names.map((name, column) => {
    const values: string[] = []
    const known = new Map<string, number>()
    const codes = new Int32Array(rows.length)
    rows.forEach((row, i) => {
      const label = row[column]
      if (label === undefined) throw new RangeError(`row ${i} has no value for dimension "${name}"`)
      let code = known.get(label)
      if (code === undefined) {
        code = values.length
        values.push(label)
        known.set(label, code)
      }
      codes[i] = code
    })
    return { name, values, codes }
  })
  return { size: rows.length, dimensions }
}

/** Refuses columns that do not fit each other, so that the search itself never has to look. */
export function checkTable(table: LeafTable): void {
  for (const { name, values, codes } of table.dimensions) {
    if (codes.length !== table.size) {
      throw new RangeError(`dimension "${name}" has ${codes.length} codes for ${table.size} leaves`)
    }
    for (const code of codes) {
      if (!(code >= 0 && code < values.length)) throw new RangeError(`dimension "${name}" has no value number ${code}`)
    }
  }
}
