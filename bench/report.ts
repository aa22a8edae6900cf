/** What a bench is given. A bench exports `run(options)` and ends with one JSON line from `report`. */
export interface BenchOptions {
  /** Folder of public data sets; a bench that needs one says plainly when it is absent. */
  data: string
  /** Where to write what was computed, so that others can score it. */
  out?: string
  flags: Record<string, string | boolean | undefined>
  args: string[]
}

/** Middle value; benches print medians because machines are noisy. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const high = sorted[middle] ?? Number.NaN
  return sorted.length % 2 ? high : (high + (sorted[middle - 1] ?? high)) / 2
}

/** The last line of a bench: one JSON object that a script can read. */
export function report(bench: string, figures: Record<string, unknown>): void {
  console.log(JSON.stringify({ bench, node: process.version, ...figures }))
}
