// Accuracy measures as the M competitions define them (Makridakis, Spiliotis and Assimakopoulos, 2020).

type Numbers = ArrayLike<number>

/** Symmetric mean absolute percentage error, 0..200; a pair of zeros counts as no error. */
export function smape(actual: Numbers, forecast: Numbers): number {
  return meanOf(actual.length, (i) => {
    const a = actual[i] as number
    const f = forecast[i] as number
    const size = Math.abs(a) + Math.abs(f)
    return size > 0 ? (200 * Math.abs(a - f)) / size : 0
  })
}

/** Mean absolute error of the in-sample seasonal naive forecast: the yardstick of MASE and MSIS. */
export function seasonalNaiveError(history: Numbers, period = 1): number {
  const lag = history.length > period ? period : 1
  return meanOf(history.length - lag, (i) => Math.abs((history[i + lag] as number) - (history[i] as number)))
}

/** Mean absolute scaled error: below 1 is better than seasonal naive was in the history. */
export function mase(actual: Numbers, forecast: Numbers, yardstick: number): number {
  return meanOf(actual.length, (i) => Math.abs((actual[i] as number) - (forecast[i] as number))) / yardstick
}

/** Root mean squared scaled error (M5); the yardstick is the in-sample mean squared seasonal difference. */
export function rmsse(actual: Numbers, forecast: Numbers, history: Numbers, period = 1): number {
  const lag = history.length > period ? period : 1
  const yardstick = meanOf(history.length - lag, (i) => ((history[i + lag] as number) - (history[i] as number)) ** 2)
  return Math.sqrt(meanOf(actual.length, (i) => ((actual[i] as number) - (forecast[i] as number)) ** 2) / yardstick)
}

export interface Interval {
  /** Probability that the interval should hold, such as 0.95. */
  readonly level: number
  readonly lower: Float64Array
  readonly upper: Float64Array
}

/** Mean scaled interval score: width plus 2/α for each unit that a value lies outside. */
export function msis(actual: Numbers, { level, lower, upper }: Interval, yardstick: number): number {
  const penalty = 2 / (1 - level)
  const score = meanOf(actual.length, (i) => {
    const a = actual[i] as number
    const low = lower[i] as number
    const high = upper[i] as number
    return high - low + penalty * (Math.max(0, low - a) + Math.max(0, a - high))
  })
  return score / yardstick
}

/** Share of the values inside the interval, its edges included. */
export function coverage(actual: Numbers, { lower, upper }: Interval): number {
  return meanOf(actual.length, (i) => {
    const a = actual[i] as number
    return a >= (lower[i] as number) && a <= (upper[i] as number) ? 1 : 0
  })
}

/** Pinball loss of a forecast of one quantile. */
export function pinball(actual: Numbers, forecast: Numbers, quantile: number): number {
  return meanOf(actual.length, (i) => {
    const gap = (actual[i] as number) - (forecast[i] as number)
    return gap >= 0 ? quantile * gap : (quantile - 1) * gap
  })
}

/** Mean of sMAPE and MASE, each relative to the same figure of a reference: the M4's overall weighted average. */
export function owa(own: { smape: number; mase: number }, reference: { smape: number; mase: number }): number {
  return (own.smape / reference.smape + own.mase / reference.mase) / 2
}

function meanOf(count: number, value: (i: number) => number): number {
  let sum = 0
  for (let i = 0; i < count; i++) sum += value(i)
  return count > 0 ? sum / count : Number.NaN
}
