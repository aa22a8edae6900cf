import { adjustForDiscovery } from './false-discovery.ts'
import { type LaggedCorrelations, laggedCorrelations, laggedWindow } from './lagged.ts'
import { type PartialCorrelation, partialCorrelation } from './partial-correlation.ts'

export interface LinkOptions {
  /** Lags 1 … maxLag are tried. */
  maxLag?: number
  /** Level at which the first stage drops a candidate parent. */
  screening?: number
  /** Share of false links allowed among those called real. */
  falseDiscovery?: number
}

/** `from` leads `to` by `lag` steps; series are numbered as given. */
export interface LaggedLink {
  from: number
  to: number
  lag: number
  /** Partial correlation given the parents of both ends. */
  strength: number
  p: number
  /** p after false-discovery control over all links tested. */
  adjusted: number
}

export interface LinkReport {
  /** Believed links between different series, strongest first. */
  links: LaggedLink[]
  /** Every link tested, own past included, for those who want another cut. */
  tested: LaggedLink[]
  rows: number
}

interface Parent {
  series: number
  lag: number
}

/**
 * Which series lead which, and by how much, in the manner of PCMCI with partial correlation (Runge et al. 2019): first
 * the parents of each series are screened by conditional tests of growing size, then every lagged pair is tested given the
 * parents of both ends. That takes out common drivers, indirect paths and each series' own memory. Linear, no
 * hidden drivers: a link is evidence, not proof.
 */
export function conditionalLinks(series: readonly Float64Array[], options: LinkOptions = {}): LinkReport {
  const { maxLag = 5, screening = 0.05, falseDiscovery = 0.05 } = options
  if (!Number.isInteger(maxLag) || maxLag < 1)
    throw new RangeError(`maxLag must be a whole number from 1, got ${maxLag}`)
  // Parents of a series at lag τ are read at up to 2τ.
  const window = laggedWindow(series, 2 * maxLag)
  const count = series.length
  if (window.rows.length < 4) return { links: [], tested: [], rows: window.rows.length }
  const correlations = laggedCorrelations(window)
  const parents = series.map((_, to) => screenParents(correlations, to, { maxLag, screening }))
  const tested: LaggedLink[] = []
  for (let to = 0; to < count; to++) {
    for (let from = 0; from < count; from++) {
      for (let lag = 1; lag <= maxLag; lag++) {
        const { value, p } = momentaryTest(correlations, parents, { from, to, lag })
        tested.push({ from, to, lag, strength: value, p, adjusted: 1 })
      }
    }
  }
  const cross = tested.filter((link) => link.from !== link.to)
  const adjusted = adjustForDiscovery(cross.map((link) => link.p))
  cross.forEach((link, i) => {
    link.adjusted = adjusted[i] as number
  })
  const links = cross.filter((link) => link.adjusted <= falseDiscovery)
  links.sort((a, b) => Math.abs(b.strength) - Math.abs(a.strength))
  return { links, tested, rows: window.rows.length }
}

interface Candidate extends Parent {
  column: number
  weakest: number
}

/** First stage: candidates drop out as soon as some set of stronger ones explains them away. Strongest first. */
function screenParents(
  correlations: LaggedCorrelations,
  to: number,
  { maxLag, screening }: { maxLag: number; screening: number },
): Parent[] {
  const { count } = correlations
  let kept: Candidate[] = []
  for (let lag = 1; lag <= maxLag; lag++) {
    for (let series = 0; series < count; series++) {
      kept.push({ series, lag, column: lag * count + series, weakest: Number.POSITIVE_INFINITY })
    }
  }
  for (let size = 0; size < kept.length; size++) {
    const strongest = kept.map((candidate) => candidate.column)
    kept = kept.filter((candidate) => {
      const conditions = strongest.filter((column) => column !== candidate.column).slice(0, size)
      if (conditions.length < size) return true
      const { value, p } = partialCorrelation(correlations, candidate.column, to, conditions)
      candidate.weakest = Math.min(candidate.weakest, Math.abs(value))
      return p <= screening
    })
    kept.sort((a, b) => b.weakest - a.weakest)
  }
  return kept
}

/** Second stage: the pair given the parents of `to`, and those of `from` as far back as `from` is read. */
function momentaryTest(
  correlations: LaggedCorrelations,
  parents: readonly Parent[][],
  { from, to, lag }: { from: number; to: number; lag: number },
): PartialCorrelation {
  const { count } = correlations
  const x = lag * count + from
  const conditions = new Set<number>()
  for (const parent of parents[to] ?? []) conditions.add(parent.lag * count + parent.series)
  for (const parent of parents[from] ?? []) conditions.add((parent.lag + lag) * count + parent.series)
  conditions.delete(x)
  return partialCorrelation(correlations, x, to, [...conditions])
}
