import { autocorrelation } from './autocorrelation.ts'
import { powerSpectrum } from './fourier.ts'

export interface Period {
  /** In samples. */
  length: number
  /** Autocorrelation of the detrended series at this lag: 1 = repeats itself exactly. */
  strength: number
}

/**
 * The periods a series repeats with, the strongest first. Peaks of the periodogram propose, hills of the autocorrelation
 * dispose (Vlachos, Yu and Castelli 2005): the one alone proposes harmonics and leakage, the other alone multiples.
 */
export function detectPeriods(values: ArrayLike<number>, limit = 3): Period[] {
  const detrended = detrend(values)
  const n = detrended.length
  if (n < 8) return []
  const acf = autocorrelation(detrended, Math.floor(n / 2))
  const spectrum = powerSpectrum(detrended)
  const padded = (spectrum.length - 1) * 2
  const total = spectrum.reduce((sum, power) => sum + power, 0)
  if (!(total > 0)) return []
  const found: Period[] = []
  const order = Array.from(spectrum.keys()).sort((a, b) => (spectrum[b] as number) - (spectrum[a] as number))
  for (const f of order.slice(0, 24)) {
    if (f === 0 || (spectrum[f] as number) < (4 * total) / spectrum.length) continue
    const hill = climb(acf, padded / f, padded / (f + 1), padded / Math.max(1, f - 1))
    // 1.96/√n is the noise band of an autocorrelation; three of them keep a random walk's slow hills out.
    if (!hill || hill.strength < Math.max(0.1, 6 / Math.sqrt(n)) || 2 * hill.length > n) continue
    if (!found.some((period) => Math.abs(period.length - hill.length) <= 1)) found.push(hill)
  }
  return found
    .sort((a, b) => b.strength - a.strength)
    .filter((period, i, all) => !all.slice(0, i).some((better) => isMultiple(period, better)))
    .slice(0, limit)
}

/** The local maximum of the autocorrelation around a proposed lag, if there is one. */
function climb(acf: Float64Array, lag: number, from: number, to: number): Period | undefined {
  const low = Math.max(2, Math.floor((lag + from) / 2) - 1)
  const high = Math.min(acf.length - 2, Math.ceil((lag + Math.min(to, 2 * lag)) / 2) + 1)
  let best: Period | undefined
  for (let i = low; i <= high; i++) {
    const value = acf[i] as number
    if (value < (acf[i - 1] as number) || value < (acf[i + 1] as number)) continue
    if (!best || value > best.strength) best = { length: i, strength: value }
  }
  return best && sharpen(acf, best)
}

/** Repeats tell a length better than one hill's top: of a length and its neighbours, the one that fits ten of them best. */
function sharpen(acf: Float64Array, { length }: Period): Period {
  const fit = (lag: number) => {
    const repeats = Math.min(10, Math.floor((acf.length - 1) / (length + 1)))
    let sum = 0
    for (let k = 1; k <= repeats; k++) sum += acf[k * lag] as number
    return sum
  }
  let best = length
  for (const lag of [length - 1, length + 1]) if (lag >= 2 && fit(lag) > fit(best)) best = lag
  return { length: best, strength: acf[best] as number }
}

/** Twice a period repeats as well as the period does; it is news only when it repeats better. */
function isMultiple(candidate: Period, better: Period): boolean {
  const ratio = candidate.length / better.length
  return ratio > 1 && Math.abs(ratio - Math.round(ratio)) < 0.05 && candidate.strength < better.strength + 0.05
}

/** Residuals of a straight line through the finite values; gaps become 0. */
function detrend(values: ArrayLike<number>): Float64Array {
  const finite = Float64Array.from(values)
  let count = 0
  let sumX = 0
  let sumY = 0
  finite.forEach((value, i) => {
    if (!Number.isFinite(value)) return
    count++
    sumX += i
    sumY += value
  })
  const meanX = sumX / Math.max(1, count)
  const meanY = sumY / Math.max(1, count)
  let xx = 0
  let xy = 0
  finite.forEach((value, i) => {
    if (!Number.isFinite(value)) return
    xx += (i - meanX) ** 2
    xy += (i - meanX) * (value - meanY)
  })
  const slope = xx > 0 ? xy / xx : 0
  const residuals = finite.map((value, i) => (Number.isFinite(value) ? value - meanY - slope * (i - meanX) : 0))
  return residuals.every(Number.isFinite) ? residuals : residuals.fill(0)
}
