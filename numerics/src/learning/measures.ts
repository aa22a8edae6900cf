/** Scores and 0/1 labels of the rows whose score is a number. */
function pairs(scores: ArrayLike<number>, labels: ArrayLike<number>): { score: number; label: number }[] {
  if (scores.length !== labels.length) throw new RangeError(`${scores.length} scores for ${labels.length} labels`)
  const all = Array.from({ length: scores.length }, (_, i) => ({
    score: scores[i] as number,
    label: labels[i] as number,
  }))
  return all.filter(({ score }) => !Number.isNaN(score))
}

/** Positives and negatives at each distinct score, highest score first. */
function* falling(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): Generator<{ positives: number; negatives: number }> {
  const sorted = pairs(scores, labels).sort((a, b) => (b.score > a.score ? 1 : b.score < a.score ? -1 : 0))
  for (let i = 0; i < sorted.length; ) {
    const tie = { positives: 0, negatives: 0 }
    const score = sorted[i]?.score
    for (; i < sorted.length && sorted[i]?.score === score; i++) {
      if ((sorted[i]?.label ?? 0) > 0) tie.positives++
      else tie.negatives++
    }
    yield tie
  }
}

/** Chance that a positive scores above a negative, ties counting half; undefined when one class is absent. */
export function auroc(scores: ArrayLike<number>, labels: ArrayLike<number>): number | undefined {
  let [above, wins, negatives] = [0, 0, 0]
  for (const tie of falling(scores, labels)) {
    wins += tie.negatives * (above + tie.positives / 2)
    above += tie.positives
    negatives += tie.negatives
  }
  return above > 0 && negatives > 0 ? wins / (above * negatives) : undefined
}

/** Average precision: precision at each step of recall, weighted by the step. Undefined without positives. */
export function averagePrecision(scores: ArrayLike<number>, labels: ArrayLike<number>): number | undefined {
  let [hits, named, sum] = [0, 0, 0]
  for (const tie of falling(scores, labels)) {
    hits += tie.positives
    named += tie.positives + tie.negatives
    sum += tie.positives * (hits / named)
  }
  return hits > 0 ? sum / hits : undefined
}

export interface PrecisionRecallPoint {
  precision: number
  recall: number
}

/** One point per distinct score, from the strictest cut to the loosest. */
export function precisionRecall(scores: ArrayLike<number>, labels: ArrayLike<number>): PrecisionRecallPoint[] {
  const ties = [...falling(scores, labels)]
  const positives = ties.reduce((sum, tie) => sum + tie.positives, 0)
  let [hits, named] = [0, 0]
  return ties.map((tie) => {
    hits += tie.positives
    named += tie.positives + tie.negatives
    return { precision: hits / named, recall: positives > 0 ? hits / positives : 0 }
  })
}

/** Mean squared error of probabilities; undefined without rows. */
export function brierScore(chances: ArrayLike<number>, labels: ArrayLike<number>): number | undefined {
  const all = pairs(chances, labels)
  return all.length > 0 ? all.reduce((sum, { score, label }) => sum + (score - label) ** 2, 0) / all.length : undefined
}

/** Mean negative log likelihood, with probabilities kept 1e-15 away from 0 and 1. */
export function logLoss(chances: ArrayLike<number>, labels: ArrayLike<number>): number | undefined {
  const all = pairs(chances, labels)
  const loss = (chance: number, label: number) => {
    const kept = Math.min(1 - 1e-15, Math.max(1e-15, chance))
    return -(label * Math.log(kept) + (1 - label) * Math.log(1 - kept))
  }
  return all.length > 0 ? all.reduce((sum, { score, label }) => sum + loss(score, label), 0) / all.length : undefined
}

/** Expected calibration error: how far the stated chance is from the observed share, over bins of equal width. */
export function calibrationError(chances: ArrayLike<number>, labels: ArrayLike<number>, bins = 10): number | undefined {
  const all = pairs(chances, labels)
  if (all.length === 0) return undefined
  const gap = new Float64Array(bins)
  for (const { score, label } of all) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(score * bins)))
    gap[bin] = (gap[bin] as number) + score - label
  }
  return gap.reduce((sum, value) => sum + Math.abs(value), 0) / all.length
}
