import { createMatrix, leastSquares } from '../../linear-algebra/index.ts'

/** `from` acts on `to`, `lag` steps later (0: in the same step). */
export interface GraphEdge {
  from: number
  to: number
  lag?: number
}

export interface AttributionQuestion {
  series: readonly Float64Array[]
  edges: readonly GraphEdge[]
  target: number
  /** First step of the incident; everything before it is the usual. */
  start: number
  /** One past its last step; by default the end of the series. */
  end?: number
}

export interface Attribution {
  /** Mean of the target over the incident minus its usual mean. */
  deviation: number
  /** Per series: what its own shocks, along all paths of the graph, did to the target. Largest first. */
  contributions: { series: number; contribution: number; share: number }[]
  /** What was already under way when the incident began, through lagged edges. */
  carried: number
  /** Per series: share of its usual variance that its parents explain. */
  explained: number[]
}

interface Equation {
  parents: { series: number; lag: number }[]
  coefficients: Float64Array
  explained: number
}

/**
 * Splits a deviation of the target among all series of a given graph. Each is a linear function of its parents, learnt
 * before the incident; what a series did beyond that is its own shock, followed along every path to the target. Since
 * everything is linear the parts and `carried` add up to the deviation. It is as right as the graph is.
 */
export function attributeDeviation(question: AttributionQuestion): Attribution {
  const { series, target, start, end = series[target]?.length ?? 0 } = question
  const order = checkQuestion(question, end)
  const deepest = Math.max(0, ...question.edges.map((edge) => edge.lag ?? 0))
  const means = series.map((values) => meanOf(values, 0, start))
  const equations = series.map((_, node) => learn(question, node, means, deepest))
  const follow = createFollower({ series, means, equations, order, start, end, deepest })
  const reached = (driver: number | undefined) => meanOf(follow(driver)[target] as Float64Array, start, end)
  const deviation = meanOf(series[target] as Float64Array, start, end) - (means[target] as number)
  const contributions = series.map((_, node) => {
    const contribution = reached(node)
    return { series: node, contribution, share: deviation === 0 ? 0 : contribution / deviation }
  })
  contributions.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
  return { deviation, contributions, carried: reached(undefined), explained: equations.map((one) => one.explained) }
}

interface System {
  series: readonly Float64Array[]
  means: readonly number[]
  equations: readonly Equation[]
  order: readonly number[]
  start: number
  end: number
  deepest: number
}

/** Deviations of all series, step by step, when only `driver` has shocks or (undefined) when only the past acts. */
function createFollower({ series, means, equations, order, start, end, deepest }: System) {
  const away = (node: number, t: number) => {
    const value = series[node]?.[t] ?? Number.NaN
    return Number.isFinite(value) ? value - (means[node] as number) : 0
  }
  const passedOn = (node: number, t: number, at: (series: number, t: number) => number) => {
    const { parents, coefficients } = equations[node] as Equation
    return parents.reduce((sum, { series: from, lag }, k) => sum + (coefficients[k] as number) * at(from, t - lag), 0)
  }
  return (driver: number | undefined): Float64Array[] => {
    const path = series.map(() => new Float64Array(end))
    if (driver === undefined) {
      path.forEach((values, node) => {
        for (let t = Math.max(0, start - deepest); t < start; t++) values[t] = away(node, t)
      })
    }
    for (let t = start; t < end; t++) {
      for (const node of order) {
        const shock = node === driver ? away(node, t) - passedOn(node, t, away) : 0
        ;(path[node] as Float64Array)[t] = shock + passedOn(node, t, (from, s) => path[from]?.[s] ?? 0)
      }
    }
    return path
  }
}

/** Also returns the series in an order in which same-step parents come first. */
function checkQuestion({ series, edges, target, start }: AttributionQuestion, end: number): number[] {
  const count = series.length
  if (!(target >= 0 && target < count)) throw new RangeError(`target must be one of ${count} series, got ${target}`)
  if (!(start >= 1 && start < end))
    throw new RangeError(`the incident must lie after the first step, got ${start} to ${end}`)
  for (const { from, to, lag = 0 } of edges) {
    const fine = from >= 0 && from < count && to >= 0 && to < count && Number.isInteger(lag) && lag >= 0
    if (!fine) throw new RangeError(`edge ${from} → ${to} at lag ${lag} does not fit ${count} series`)
  }
  series.forEach((values, i) => {
    for (let t = start; t < end; t++) {
      if (!(Math.abs(values[t] as number) < 1e150)) throw new RangeError(`series ${i} has no usable value at step ${t}`)
    }
  })
  const done: number[] = []
  const waiting = new Set(series.keys())
  while (waiting.size > 0) {
    const ready = [...waiting].find((node) =>
      edges.every(({ from, to, lag = 0 }) => to !== node || lag > 0 || !waiting.has(from)),
    )
    if (ready === undefined)
      throw new RangeError(`series ${[...waiting].join(', ')} act on each other in the same step: a cycle`)
    waiting.delete(ready)
    done.push(ready)
  }
  return done
}

/** Least squares of a series on its parents before the incident, in deviations from the usual means. */
function learn(
  { series, edges, start }: AttributionQuestion,
  node: number,
  means: readonly number[],
  deepest: number,
): Equation {
  const parents = edges.filter((edge) => edge.to === node).map(({ from, lag = 0 }) => ({ series: from, lag }))
  const own = series[node] as Float64Array
  const rows: number[] = []
  for (let t = deepest; t < start; t++) {
    const seen = parents.every((parent) => Math.abs(series[parent.series]?.[t - parent.lag] ?? Number.NaN) < 1e150)
    if (seen && Math.abs(own[t] as number) < 1e150) rows.push(t)
  }
  if (parents.length === 0 || rows.length < parents.length + 2) {
    return { parents: [], coefficients: new Float64Array(0), explained: 0 }
  }
  const width = parents.length + 1
  const design = createMatrix(rows.length, width)
  rows.forEach((t, i) => {
    parents.forEach((parent, k) => {
      design.data[i * width + k] = (series[parent.series]?.[t - parent.lag] ?? 0) - (means[parent.series] as number)
    })
    design.data[i * width + width - 1] = 1
  })
  const wanted = Float64Array.from(rows, (t) => (own[t] as number) - (means[node] as number))
  const fit = leastSquares(design, wanted)
  const middle = wanted.reduce((sum, value) => sum + value, 0) / wanted.length
  const whole = wanted.reduce((sum, value) => sum + (value - middle) ** 2, 0)
  const explained = whole > 0 ? Math.max(0, 1 - fit.residualSumOfSquares / whole) : 0
  return { parents, coefficients: fit.coefficients.slice(0, -1), explained }
}

function meanOf(values: Float64Array, from: number, to: number): number {
  let [sum, count] = [0, 0]
  for (let t = from; t < to; t++) {
    const value = values[t] as number
    if (!(Math.abs(value) < 1e150)) continue
    sum += value
    count++
  }
  return count > 0 ? sum / count : 0
}
