import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../random/index.ts'
import {
  calibratedByLikelihood,
  calibratedByPeaks,
  createDetector,
  type Detector,
  type Judgement,
  METHODS,
  type Method,
  PCA,
  RATIO,
  restoreDetector,
  restoreMethod,
  SENSOR_LEVELS,
  SHARE_SHIFT,
  Z_SCORE,
} from './index.ts'

const MINUTE = 60_000
const CALIBRATED = [calibratedByPeaks(Z_SCORE), calibratedByLikelihood(Z_SCORE)] as unknown as Method<object>[]
const ALL = [...METHODS, ...CALIBRATED]

/** A day's wave with noise, a level shift and a spike. */
function series(n: number, seed = 1): number[] {
  const random = createRandom(seed)
  return Array.from({ length: n }, (_, i) => {
    const wave = 10 * Math.sin((i * 2 * Math.PI) / 24)
    return 50 + wave + random.normal() + (i > 0.8 * n ? 15 : 0) + (i === Math.floor(n / 2) ? 60 : 0)
  })
}

const play = (detector: Detector, values: number[], from = 0): Judgement[] =>
  values.map((value, i) => detector.update((from + i) * MINUTE, value))

function sound({ score, expected, lower, upper }: Judgement): void {
  expect(score).toBeGreaterThanOrEqual(0)
  expect(score).toBeLessThanOrEqual(1)
  expect(Number.isFinite(expected)).toBe(true)
  expect(lower).toBeLessThanOrEqual(upper)
  expect(Number.isFinite(lower) && Number.isFinite(upper)).toBe(true)
}

describe.each(ALL.map((method) => [method.name, method] as const))('%s', (_, method) => {
  const values = series(600)

  it('continues from its snapshot bit for bit', () => {
    for (const cut of [0, 1, 15, 37, 300]) {
      const detector = createDetector(method)
      play(detector, values.slice(0, cut))
      const again = restoreMethod(method, detector.save())
      const rest = values.slice(cut, cut + 250)
      expect(play(again, rest, cut)).toEqual(play(detector, rest, cut))
      expect(again.save()).toEqual(detector.save())
    }
  })

  it('does not look ahead: what comes later changes no answer', () => {
    const other = [...values.slice(0, 350), ...values.slice(350).map((value) => -3 * value + 7)]
    const [one, two] = [play(createDetector(method), values), play(createDetector(method), other)]
    expect(two.slice(0, 350)).toEqual(one.slice(0, 350))
  })

  it('answers soundly to anything, in bounded memory', () => {
    const odd = [0, -0, 1e300, -1e300, 5e-324, Number.NaN, Number.POSITIVE_INFINITY, 1e60, 3, 3, 3, -1e60, 1e-9]
    const value = fc.oneof(fc.constantFrom(...odd), fc.double(), fc.integer({ min: -5, max: 5 }))
    fc.assert(
      fc.property(fc.array(fc.tuple(value, fc.integer({ min: -2, max: 3 })), { maxLength: 120 }), (points) => {
        const detector = createDetector(method)
        let time = 0
        for (const [value, step] of points) {
          time += step * MINUTE
          sound(detector.update(time, value))
        }
      }),
      { numRuns: 25 },
    )
  })

  it('is quiet on a constant, and on a constant only', () => {
    const detector = createDetector(method)
    const calm = play(detector, new Array(300).fill(42))
    if (method.name !== 'flat-line') for (const { score } of calm) expect(score).toBeLessThan(0.5)
    for (const one of calm) sound(one)
  })

  it('survives giants after ordinary values', () => {
    const detector = createDetector(method)
    for (const one of play(detector, [...values.slice(0, 200), 1e300, -1e300, ...values.slice(200, 400)])) sound(one)
  })
})

describe('every detector', () => {
  it('leaves its state alone for missing, repeated and late points', () => {
    for (const method of ALL) {
      const detector = createDetector(method)
      play(detector, series(100))
      const before = detector.save()
      const last = detector.update(99 * MINUTE, 1e6)
      expect(detector.update(50 * MINUTE, -1e6)).toEqual({ ...last, score: 0 })
      expect(detector.update(99.5 * MINUTE, Number.NaN).expected).toBe(
        method.name === 'heartbeat' ? MINUTE : last.expected,
      )
      expect(detector.save()).toEqual(before)
    }
  })

  it('says nothing before the first value', () => {
    const detector = createDetector(Z_SCORE)
    const nothing = { score: 0, expected: 0, lower: -Number.MAX_VALUE, upper: Number.MAX_VALUE }
    expect(detector.update(0, Number.NaN)).toEqual(nothing)
  })

  it('refuses a time that is not finite', () => {
    expect(() => createDetector(Z_SCORE).update(Number.NaN, 1)).toThrow(
      /a time must be finite UTC milliseconds, got NaN/,
    )
  })

  it('fits in 64 kB, young ones in less', () => {
    for (const method of METHODS) {
      const detector = createDetector(method)
      const young = detector.save().length
      play(detector, series(700))
      expect(detector.save().length).toBeLessThan(65_536)
      if (method.name !== 'one-class-svm') expect(young).toBeLessThan(300)
    }
  })

  it('is restored by its name', () => {
    for (const method of METHODS) {
      const detector = createDetector(method)
      play(detector, series(60))
      const again = restoreDetector(detector.save())
      expect(again.method).toBe(method.name)
      expect(play(again, series(20, 2), 60)).toEqual(play(detector, series(20, 2), 60))
    }
  })

  it('has a name of its own', () => {
    expect(new Set(ALL.map(({ name }) => name)).size).toBe(ALL.length)
  })
})

describe('a snapshot', () => {
  it('that is broken is refused by name, never half read', () => {
    const whole = createDetector(Z_SCORE).save()
    expect(() => restoreDetector(new Uint8Array(3))).toThrow(/not a detector snapshot: wrong magic/)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), (length) => {
        expect(() => restoreDetector(whole.slice(0, length))).toThrow(RangeError)
      }),
    )
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const bytes = whole.slice()
        bytes[at] = byte
        try {
          restoreDetector(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
      }),
    )
  })
  it('of another method or size is refused', () => {
    const bytes = createDetector(Z_SCORE).save()
    expect(() => restoreMethod(METHODS.find(({ name }) => name === 'iqr')!, bytes)).toThrow(
      /"z-score" cannot continue as "iqr"/,
    )
    expect(() => restoreDetector(createDetector(calibratedByPeaks(Z_SCORE)).save())).toThrow(/no detector is called/)
  })
})

describe('several numbers a point', () => {
  const random = createRandom(9)
  const rows = Array.from({ length: 600 }, () =>
    [random.normal() + 5, random.normal() + 9, random.normal() + 2].map(Math.abs),
  )
  const kinds = [
    [PCA, { sensors: 3, train: 200 }, rows],
    [SENSOR_LEVELS, { sensors: 3, train: 200 }, rows],
    [SHARE_SHIFT, { parts: 3 }, rows],
    [
      RATIO,
      {},
      rows.map(([part = 0, rest = 0]) => ({ part: Math.floor(part), whole: Math.floor(part) + Math.ceil(rest) })),
    ],
  ] as unknown as [Method<object, unknown>, object, unknown[]][]
  it('continue from their snapshots bit for bit', () => {
    for (const [method, options, inputs] of kinds) {
      for (const cut of [0, 50, 250]) {
        const detector = createDetector(method, options)
        inputs.slice(0, cut).forEach((input, i) => {
          detector.update(i, input)
        })
        const again = restoreMethod(method, detector.save())
        inputs.slice(cut).forEach((input, i) => {
          const judged = detector.update(cut + i, input)
          sound(judged)
          expect(again.update(cut + i, input)).toEqual(judged)
        })
      }
    }
  })
  it('are missing when one of them is, and refused when they are too few', () => {
    const detector = createDetector(PCA, { sensors: 3, train: 200 })
    const before = detector.save()
    expect(detector.update(1, [1, Number.NaN, 3]).score).toBe(0)
    expect(detector.save()).toEqual(before)
    expect(() => detector.update(2, [1, 2])).toThrow(/expected 3 values a point, got 2/)
  })
})
