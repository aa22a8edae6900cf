export type Elements = Record<string, string>

/** One text per element set, whatever the order of its dimensions. */
export const keyOf = (elements: Elements) =>
  Object.entries(elements)
    .map(([dimension, value]) => `${dimension}=${value}`)
    .sort()
    .join('&')

/** Exact-set counts over all cases: a cause is right when it names exactly the true elements. */
export class Tally {
  hits = 0
  named = 0
  wanted = 0
  times: number[] = []
  cpu: number[] = []

  add(found: readonly Elements[], truth: readonly Elements[], spent: { milliseconds: number; cpu: number }): boolean {
    const names = new Set(found.map(keyOf))
    const hits = new Set(truth.map(keyOf).filter((key) => names.has(key))).size
    this.hits += hits
    this.named += names.size
    this.wanted += truth.length
    this.times.push(spent.milliseconds)
    this.cpu.push(spent.cpu)
    return hits === truth.length && names.size === hits
  }

  figures() {
    const round = (value: number) => Math.round(value * 1000) / 1000
    return {
      cases: this.times.length,
      f1: round((2 * this.hits) / (this.named + this.wanted || 1)),
      precision: round(this.hits / (this.named || 1)),
      recall: round(this.hits / (this.wanted || 1)),
      secondsMean: round(this.times.reduce((a, b) => a + b, 0) / (this.times.length || 1) / 1000),
      cpuSecondsMean: round(this.cpu.reduce((a, b) => a + b, 0) / (this.cpu.length || 1) / 1000),
      cpuSecondsMost: round(Math.max(0, ...this.cpu) / 1000),
      secondsMost: round(Math.max(0, ...this.times) / 1000),
    }
  }
}
