// Bayesian online change points (Adams and MacKay 2007): the probability of every run length since the last change, with a
// normal-gamma model of each run. Run lengths beyond `longest` are one; that and nothing else bounds the memory.
// Layout: [run lengths in use, then for each run length: probability, mean, κ, α, β].

export interface RunLengthOptions {
  /** Expected points between two changes. */
  expectedRun: number
  /** Longest run that is told apart. */
  longest: number
  /** Spread of the values around a run's mean, and of the means around `centre`, before anything is seen. */
  centre: number
  spread: number
}

const FIELDS = 5

export function runLengthSize(options: RunLengthOptions): number {
  return 1 + FIELDS * (options.longest + 1)
}

export function beginRunLengths(memory: Float64Array, options: RunLengthOptions): void {
  memory[0] = 1
  prior(memory, 0, options, 1)
}

function prior(memory: Float64Array, run: number, options: RunLengthOptions, probability: number): void {
  const at = 1 + FIELDS * run
  memory[at] = probability
  memory[at + 1] = options.centre
  memory[at + 2] = 0.1
  memory[at + 3] = 1
  memory[at + 4] = options.spread * options.spread || Number.MIN_VALUE
}

export interface RunLengthUpdate {
  /** Probability density of the value as predicted: small = surprising. */
  density: number
  expected: number
  /** Scale of the prediction (of the mixture's likeliest run). */
  scale: number
  /** Run length that is likeliest after this value. */
  likeliest: number
  /** Probability that the run is shorter than ten values. */
  young: number
}

/** Predicts the value, then learns it. */
export function updateRunLengths(memory: Float64Array, options: RunLengthOptions, value: number): RunLengthUpdate {
  const runs = memory[0] as number
  const hazard = 1 / options.expectedRun
  const { evidence, expected, scale } = predict(memory, runs, value)
  const grown = Math.min(runs + 1, options.longest + 1)
  if (runs === options.longest + 1) mergeOldest(memory, runs)
  for (let run = Math.min(runs, options.longest) - 1; run >= 0; run--) shift(memory, run, value, 1 - hazard)
  prior(memory, 0, options, evidence * hazard)
  memory[0] = grown
  return { density: evidence, expected, scale, ...normalise(memory, grown) }
}

/** Multiplies each run's probability by its predictive density (Student's t) and sums up. */
function predict(memory: Float64Array, runs: number, value: number) {
  let evidence = 0
  let expected = 0
  let scale = 0
  let best = -1
  for (let run = 0; run < runs; run++) {
    const at = 1 + FIELDS * run
    const probability = memory[at] as number
    const [mean, kappa, alpha, beta] = [1, 2, 3, 4].map((k) => memory[at + k] as number) as [
      number,
      number,
      number,
      number,
    ]
    const variance = (beta * (kappa + 1)) / (alpha * kappa)
    expected += probability * mean
    if (probability > best) {
      best = probability
      scale = Math.sqrt(variance)
    }
    memory[at] = probability * studentDensity(value, mean, variance, 2 * alpha)
    evidence += memory[at] as number
  }
  // A value beyond every run's reach underflows all of them: then it says nothing of the run length but that it is new.
  if (evidence > 0) return { evidence, expected, scale }
  for (let run = 0; run < runs; run++) memory[1 + FIELDS * run] = run === 0 ? Number.MIN_VALUE * 2 ** 60 : 0
  return { evidence: Number.MIN_VALUE * 2 ** 60, expected, scale }
}

function mergeOldest(memory: Float64Array, runs: number): void {
  const oldest = 1 + FIELDS * (runs - 1)
  const second = oldest - FIELDS
  memory[second] = (memory[second] as number) + (memory[oldest] as number)
}

/** The run at `run` becomes one longer. */
function shift(memory: Float64Array, run: number, value: number, survives: number): void {
  const at = 1 + FIELDS * run
  const to = at + FIELDS
  const mean = memory[at + 1] as number
  const kappa = memory[at + 2] as number
  memory[to] = (memory[at] as number) * survives
  memory[to + 1] = (kappa * mean + value) / (kappa + 1)
  memory[to + 2] = kappa + 1
  memory[to + 3] = (memory[at + 3] as number) + 0.5
  memory[to + 4] = (memory[at + 4] as number) + (kappa * (value - mean) ** 2) / (2 * (kappa + 1))
}

function normalise(memory: Float64Array, runs: number): { likeliest: number; young: number } {
  let total = 0
  for (let run = 0; run < runs; run++) total += memory[1 + FIELDS * run] as number
  let likeliest = 0
  let young = 0
  for (let run = 0; run < runs; run++) {
    const at = 1 + FIELDS * run
    memory[at] = (memory[at] as number) / total
    if ((memory[at] as number) > (memory[1 + FIELDS * likeliest] as number)) likeliest = run
    if (run < 10) young += memory[at] as number
  }
  return { likeliest, young: Math.min(1, young) }
}

/** Density of Student's t with `freedom` = 2α, through logarithms of Γ at half-integers (α grows by halves). */
function studentDensity(value: number, mean: number, variance: number, freedom: number): number {
  const z = ((value - mean) * (value - mean)) / (variance * freedom)
  const log = gammaRatio(freedom) - 0.5 * Math.log(freedom * Math.PI * variance) - ((freedom + 1) / 2) * Math.log1p(z)
  return Math.exp(log)
}

/** ln Γ((ν+1)/2) − ln Γ(ν/2) by its asymptotic series, moved up until the series is exact to 1e-12. */
function gammaRatio(freedom: number): number {
  let nu = freedom
  let correction = 0
  // Γ((ν+3)/2) / Γ((ν+2)/2) = Γ((ν+1)/2) / Γ(ν/2) · (ν+1)/ν
  while (nu < 40) {
    correction -= Math.log((nu + 1) / nu)
    nu += 2
  }
  const x = 1 / nu
  return correction + 0.5 * Math.log(nu / 2) - 0.25 * x + x ** 3 / 24 - x ** 5 / 20 + (17 * x ** 7) / 112
}

/** Offline use: indices where the likeliest run length falls to a young one. */
export function bayesianChangePoints(values: Float64Array, options: RunLengthOptions): number[] {
  const memory = new Float64Array(runLengthSize(options))
  beginRunLengths(memory, options)
  const changes: number[] = []
  let before = 0
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return
    const { likeliest } = updateRunLengths(memory, options, value)
    const start = i - likeliest + 1
    // The likeliest start moved forward: a change, dated where the new run begins.
    if (likeliest < before - 1 && start > (changes.at(-1) ?? 0) + 1) changes.push(start)
    before = likeliest
  })
  return changes
}
