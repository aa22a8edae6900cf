import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../random/index.ts'
import {
  calibratedByLikelihood,
  calibratedByPeaks,
  createDetector,
  type Method,
  normalSurprise,
  ROBUST_Z,
  scoreOf,
} from './index.ts'
import { chiSquaredSurprise } from './methods/counts.ts'
import { decodeSnapshot, encodeSnapshot } from './snapshot.ts'
import { heavySurprise, logErfc, probabilityOf } from './surprise.ts'

/** Its score is its input: what the calibration makes of given scores. */
const ECHO: Method<object> = {
  name: 'echo',
  defaults: {},
  size: () => 1,
  step(_memory, _options, { input }, out) {
    out.score = input
  },
}
const scores = (method: Method<object>, inputs: readonly number[]) => {
  const detector = createDetector(method)
  return inputs.map((input, i) => detector.update(i, input).score)
}

describe('surprise', () => {
  it('is −log10 of the tails of scipy', () => {
    // [-log10(2 * st.norm.sf(z)) for z in (1, 2, 6, 12)], [-log10(2 * st.t.sf(t, 4))], [-log10(st.chi2.sf(x, k))]
    expect([1, 2, 6, 12].map(normalSurprise)).toEqual(
      [0.49851554582798924, 1.341986084476956, 8.704834331812725, 32.44940916552788].map((s) => expect.closeTo(s, 6)),
    )
    expect([1, 2.776445, 8.610302].map(heavySurprise)).toEqual(
      [0.42724341246481984, 1.3010299489157304, 3.0000000808482015].map((s) => expect.closeTo(s, 9)),
    )
    expect([chiSquaredSurprise(3.84, 1), chiSquaredSurprise(18.3, 10), chiSquaredSurprise(30, 3)]).toEqual(
      [1.300652139324768, 1.3000837319140823, 5.860102965871104].map((s) => expect.closeTo(s, 9)),
    )
  })
  it('does not run out of digits', () => {
    expect(normalSurprise(1e6)).toBeGreaterThan(1e11)
    expect(heavySurprise(1e30)).toBeCloseTo(120 - Math.log10(12), 6)
    expect(chiSquaredSurprise(1e6, 4)).toBeGreaterThan(2e5)
    expect(logErfc(30)).toBeLessThan(-900)
  })
  it('makes scores that probabilities can be read off', () => {
    expect([scoreOf(0), scoreOf(3), scoreOf(6)]).toEqual([0, 0.5, 6 / 9])
    for (const surprise of [0.5, 3, 9]) expect(probabilityOf(scoreOf(surprise))).toBeCloseTo(10 ** -surprise, 12)
    expect([scoreOf(Number.POSITIVE_INFINITY), probabilityOf(1), probabilityOf(0)]).toEqual([1, 0, 1])
  })
})

describe('calibration by likelihood', () => {
  it('is the tail of the short mean among short means', () => {
    // Scores 0.2 and 0.6 in turn, averaged over two: always near 0.4, so that the spread is the hundredth that is the least.
    const method = calibratedByLikelihood(ECHO, { short: 1, long: 1e9 })
    const past = Array.from({ length: 400 }, (_, i) => (i % 2 ? 0.6 : 0.2))
    // Mean 0.4, deviation 0.2: a score of 1 is three deviations up.
    expect(scores(method, [...past, 1]).at(-1)).toBeCloseTo(scoreOf(normalSurprise(3)), 2)
  })
  it('calls a noisy detector’s noise no news, a burst of it news', () => {
    const random = createRandom(3)
    const noisy = Array.from({ length: 1500 }, () => (random.next() < 0.1 ? 0.9 : 0.1))
    const judged = scores(calibratedByLikelihood(ECHO), [...noisy, ...new Array(12).fill(0.9)])
    expect(judged.slice(0, 1500).filter((score) => score >= 0.5).length).toBeLessThan(15)
    expect(judged.at(-1)).toBeGreaterThan(0.6)
  })
  it('refuses spans that mean nothing', () => {
    expect(() => calibratedByLikelihood(ECHO, { short: 10, long: 10 })).toThrow(/long above it/)
  })
})

describe('calibration by peaks', () => {
  it('scores ½ about once in a thousand, whatever the method scored', () => {
    const random = createRandom(5)
    for (const exponent of [1, 3, 8]) {
      const inputs = Array.from({ length: 30_000 }, () => random.next() ** exponent)
      const rate = scores(calibratedByPeaks(ECHO), inputs).filter((score) => score >= 0.5).length / 30
      expect(rate).toBeLessThan(3)
    }
    const values = Array.from({ length: 30_000 }, () => random.normal() ** 3)
    const raw = scores(ROBUST_Z as unknown as Method<object>, values).filter((score) => score >= 0.5).length
    const calibrated = scores(calibratedByPeaks(ROBUST_Z) as unknown as Method<object>, values).filter(
      (score) => score >= 0.5,
    ).length
    expect(raw).toBeGreaterThan(300)
    expect(calibrated).toBeLessThan(90)
  })
})

describe('a snapshot', () => {
  it('carries every double as it is, −0 too', () => {
    const double = fc.oneof(
      fc.constantFrom(0, -0, 5e-324, Number.MAX_VALUE, Number.POSITIVE_INFINITY),
      fc.double({ noNaN: true }),
    )
    fc.assert(
      fc.property(fc.array(double), (values) => {
        const memory = Float64Array.from(values)
        const back = decodeSnapshot(encodeSnapshot('any', { note: 'é' }, memory))
        expect(back.options).toEqual({ note: 'é' })
        expect(Array.from(back.memory).every((value, i) => Object.is(value, memory[i]))).toBe(true)
        expect(back.memory.length).toBe(memory.length)
      }),
    )
  })
})
