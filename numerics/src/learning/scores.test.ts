import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  auroc,
  averagePrecision,
  brierScore,
  calibrated,
  calibrateIsotonic,
  calibratePlatt,
  calibrationError,
  isotonicFit,
  logLoss,
  precisionRecall,
  predictLogistic,
  trainLogistic,
} from './index.ts'

/** The same 200 rows were made in Python by the same formulas; the references are scikit-learn 1.9.1 on them. */
const index = Float64Array.from({ length: 200 }, (_, i) => i)
const first = index.map((i) => Math.sin(i * 1.7) * 2)
const second = index.map((i) => Math.cos(i * 0.9) + 0.01 * i)
const labels = index.map((i) => {
  const scattered = Math.sin(i * 12.9898) * 43758.5453
  const chance = 1 / (1 + Math.exp(-(0.8 * (first[i] ?? 0) - 0.5 * (second[i] ?? 0))))
  return Number(scattered - Math.floor(scattered) < chance)
})
const scores = first.map((x) => Math.round(100 / (1 + Math.exp(-x))) / 100)

test('logistic regression is that of LogisticRegression(C=inf, solver="newton-cholesky")', () => {
  const model = trainLogistic([first, second], labels, { penalty: 0 })
  expect(model.converged).toBe(true)
  expect(model.intercept).toBeCloseTo(0.17973732127272296, 8)
  expect(model.coefficients[0]).toBeCloseTo(0.7404816191720306, 8)
  expect(model.coefficients[1]).toBeCloseTo(-0.6046112422130633, 8)
})

test('AUROC, average precision, Brier, log loss and calibration error are those of sklearn.metrics', () => {
  expect(labels.reduce((sum, y) => sum + y, 0)).toBe(84)
  expect(auroc(scores, labels)).toBeCloseTo(0.7519499178981937, 12)
  expect(averagePrecision(scores, labels)).toBeCloseTo(0.6510609074240004, 12)
  expect(brierScore(scores, labels)).toBeCloseTo(0.2094555, 12)
  expect(logLoss(scores, labels)).toBeCloseTo(0.6132251775857057, 12)
  // numpy: sum over ten equal bins of |sum(score) − sum(label)| / 200
  expect(calibrationError(scores, labels)).toBeCloseTo(0.09385, 12)
  expect(precisionRecall(scores, labels).at(-1)).toEqual({ precision: 84 / 200, recall: 1 })
})

test('isotonic regression is that of IsotonicRegression', () => {
  const fitted = isotonicFit([1, 3, 2, 4, 3.5, 3.2, 5], [1, 2, 1, 1, 3, 1, 1])
  const expected = [1, 2.6666666666666665, 2.6666666666666665, 3.54, 3.54, 3.54, 5]
  fitted.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] ?? 9, 12)
  })
  const answers = calibrated(calibrateIsotonic(scores, labels), [0.1, 0.15, 0.333, 0.5, 0.77, 0.9])
  const wanted = [0.10344827586206896, 0.10344827586206896, 0.35714285714285715, 0.48, 0.6666666666666666, 0.8]
  answers.forEach((value, i) => {
    expect(value).toBeCloseTo(wanted[i] ?? 9, 12)
  })
})

test('Platt scaling is the likelihood maximum scipy finds with his targets', () => {
  // scipy 1.17.1 minimize(BFGS, gtol=1e-10): 0.67781788, −0.39353913; sklearn's sigmoid 0.677818, −0.393539
  const fit = calibratePlatt(first, labels)
  expect(fit).toMatchObject({
    kind: 'platt',
    slope: expect.closeTo(0.67781788, 5),
    intercept: expect.closeTo(-0.39353913, 5),
  })
  const [low = 1, high = 0] = calibrated(fit, [-2, 2])
  expect(low).toBeLessThan(0.2)
  expect(high).toBeGreaterThan(0.7)
})

test('calibration helps what is distorted', () => {
  const distorted = scores.map((p) => p ** 3)
  const before = calibrationError(distorted, labels) ?? 0
  for (const fit of [calibrateIsotonic(distorted, labels), calibratePlatt(distorted, labels)]) {
    expect(calibrationError(calibrated(fit, distorted), labels)).toBeLessThan(before / 2)
  }
})

test('AUROC depends on order alone, and flips with the labels', () => {
  const pair = fc.record({ score: fc.integer({ min: -20, max: 20 }), label: fc.integer({ min: 0, max: 1 }) })
  fc.assert(
    fc.property(fc.array(pair, { minLength: 2, maxLength: 60 }), (rows) => {
      const [s, y] = [rows.map((r) => r.score), rows.map((r) => r.label)]
      const value = auroc(s, y)
      if (value === undefined) return
      expect(
        auroc(
          s.map((x) => Math.atan(x)),
          y,
        ),
      ).toBeCloseTo(value, 12)
      expect(
        auroc(
          s,
          y.map((label) => 1 - label),
        ),
      ).toBeCloseTo(1 - value, 12)
    }),
  )
})

test('isotonic answers never fall, and answers stay chances', () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true })
  fc.assert(
    fc.property(
      fc.array(fc.tuple(value, fc.integer({ min: 0, max: 1 })), { minLength: 1, maxLength: 40 }),
      fc.array(value),
      (rows, ask) => {
        const [s, y] = [rows.map((r) => r[0]), rows.map((r) => r[1])]
        const sorted = [...ask].sort((a, b) => a - b)
        const answers = calibrated(calibrateIsotonic(s, y), sorted)
        answers.forEach((p, i) => {
          expect(p >= (answers[i - 1] ?? 0) - 1e-12 && p <= 1).toBe(true)
        })
        for (const p of calibrated(calibratePlatt(s, y), sorted)) expect(p >= 0 && p <= 1).toBe(true)
      },
    ),
    { numRuns: 200 },
  )
})

test('separable, constant, missing and empty data have a defined answer', () => {
  const separable = trainLogistic([Float64Array.from([1, 2, 3, 4])], [0, 0, 1, 1])
  expect([...predictLogistic(separable, [Float64Array.from([1, 4])])].map(Math.round)).toEqual([0, 1])
  const odd = [Float64Array.from([5, 5, 5, 5]), Float64Array.from([Number.NaN, 1e300, -1e300, 0])]
  const model = trainLogistic(odd, [0, 1, 0, 1])
  expect(predictLogistic(model, odd).every((p) => p >= 0 && p <= 1)).toBe(true)
  const tiny = calibratePlatt([0, -5e-324], [0, 1])
  expect(calibrated(tiny, [0]).every((p) => p >= 0 && p <= 1)).toBe(true)
  expect(auroc([1, 2], [1, 1])).toBeUndefined()
  expect(averagePrecision([], [])).toBeUndefined()
  expect([...calibrated(calibrateIsotonic([], []), [3])]).toEqual([0.5])
  expect(() => brierScore([1], [])).toThrow('1 scores for 0 labels')
  expect(() => trainLogistic([new Float64Array(1)], [2])).toThrow('label 0 must lie in [0, 1]')
})
