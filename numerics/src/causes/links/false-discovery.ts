/** Benjamini–Hochberg: the smallest false-discovery rate at which each test would be believed. */
export function adjustForDiscovery(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => (p[b] as number) - (p[a] as number))
  const adjusted = new Array<number>(p.length).fill(1)
  let least = 1
  order.forEach((index, k) => {
    least = Math.min(least, ((p[index] as number) * p.length) / (p.length - k))
    adjusted[index] = least
  })
  return adjusted
}
