/** What moved, leaf by leaf, against what was expected of each leaf. */
export type Measure = SumMeasure | RatioMeasure

/** Counts, money, anything whose whole is the sum of its parts. */
export interface SumMeasure {
  kind: 'sum'
  real: Float64Array
  expected: Float64Array
}

/** A rate (conversion, share of late parcels) or an average (basket value): sums over sums. */
export interface RatioMeasure {
  kind: 'ratio'
  numerator: Float64Array
  denominator: Float64Array
  expectedNumerator: Float64Array
  expectedDenominator: Float64Array
}

/** Both kinds brought to one form: how far each leaf is from what it should be, and how large it is. */
export interface LeafEffects {
  deviation: Float64Array
  /**
   * What a relative change of 1 weighs; a leaf of size 0 says nothing. For sums there are two readings: the expected
   * value (the forecast is right and the world is noisy) and the mean of both (either may be off). The data chooses.
   */
  sizes: Float64Array[]
  real: Float64Array
  expected: Float64Array
  /**
   * Values whose zeros tell nothing of the noise. Not set for ratios: ten parcels and none late does tell, and without
   * such leaves the noise would be learnt from the large ones alone, which are the affected ones in an incident.
   */
  counts: Float64Array | undefined
  /** Counting noise per unit of size that is known without looking: that of a share, when parts of a whole are counted. */
  leastPerUnit: number
  /** What a relative change of 1 means: 1 for sums, the overall rate for ratios. */
  unit: number
}

/** A leaf's expected rate counts as if so many more events at the overall rate had been seen. */
const PRIOR_EVENTS = 10

export function leafEffects(measure: Measure, leaves: number): LeafEffects {
  for (const [name, values] of Object.entries(measure)) {
    if (typeof values !== 'string' && values.length !== leaves) {
      throw new RangeError(`${name} has ${values.length} values for ${leaves} leaves`)
    }
  }
  const effects = measure.kind === 'sum' ? sumEffects(measure) : ratioEffects(measure)
  dropDust(effects)
  return effects
}

/** Leaves a trillion times smaller than the largest cannot move it, and their inverse sizes would overflow. */
function dropDust({ sizes, deviation }: LeafEffects): void {
  for (const size of sizes) {
    const least = size.reduce((most, value) => Math.max(most, value), 0) * 1e-12
    for (let i = 0; i < size.length; i++) {
      if ((size[i] as number) > least) continue
      size[i] = 0
      deviation[i] = 0
    }
  }
}

/** A missing or infinite value says nothing about a leaf: the leaf is taken as exactly as expected. */
const usable = (a: number, b: number) =>
  Number.isFinite(a) && Number.isFinite(b) && Math.abs(a) < 1e150 && Math.abs(b) < 1e150

/** A leaf that grew beyond three times its forecast counts by a third of its real value: its change stays bounded. */
const LARGEST_GROWTH = 3

function sumEffects({ real, expected }: SumMeasure): LeafEffects {
  const n = real.length
  const deviation = new Float64Array(n)
  const forecast = new Float64Array(n)
  const middle = new Float64Array(n)
  const now = new Float64Array(n)
  const before = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const a = real[i] as number
    const b = expected[i] as number
    if (!usable(a, b)) continue
    deviation[i] = a - b
    forecast[i] = Math.max(Math.abs(b), Math.abs(a) / LARGEST_GROWTH)
    middle[i] = (Math.abs(a) + Math.abs(b)) / 2
    now[i] = a
    before[i] = b
  }
  return { deviation, sizes: [forecast, middle], real: now, expected: before, counts: now, leastPerUnit: 0, unit: 1 }
}

/**
 * The rate effect alone: the leaf's real numerator against what its real denominator would have given at its expected
 * rate. Sparse leaves lean on the overall rate. What a change of the mix did is not a cause of this kind; see `splitMix`.
 */
function ratioEffects(measure: RatioMeasure): LeafEffects {
  const { numerator, denominator, expectedNumerator, expectedDenominator } = measure
  const n = numerator.length
  const overall = overallRate(expectedNumerator, expectedDenominator)
  const deviation = new Float64Array(n)
  const size = new Float64Array(n)
  const expected = new Float64Array(n)
  const real = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const [a, b] = [numerator[i] as number, denominator[i] as number]
    if (!usable(a, b) || b <= 0) continue
    const [a0, b0] = [expectedNumerator[i] as number, expectedDenominator[i] as number]
    const seen = usable(a0, b0) && b0 > 0
    const rate = ((seen ? a0 : 0) + PRIOR_EVENTS * overall) / ((seen ? b0 : 0) + PRIOR_EVENTS)
    real[i] = a
    expected[i] = b * rate
    deviation[i] = a - b * rate
    size[i] = b
  }
  // Hits among tries stray by q(1 − q) a try at the least, however calm the history was.
  const share = real.every((value, i) => value >= 0 && value <= (size[i] as number))
  const leastPerUnit = share ? Math.max(0, overall * (1 - overall)) : 0
  return { deviation, sizes: [size], real, expected, counts: undefined, leastPerUnit, unit: Math.abs(overall) || 1 }
}

function overallRate(numerator: Float64Array, denominator: Float64Array): number {
  let above = 0
  let below = 0
  for (let i = 0; i < numerator.length; i++) {
    const [a, b] = [numerator[i] as number, denominator[i] as number]
    if (!usable(a, b) || b <= 0) continue
    above += a
    below += b
  }
  return below > 0 ? above / below : 0
}
