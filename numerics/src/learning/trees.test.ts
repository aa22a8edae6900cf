import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRandom } from '../random/index.ts'
import {
  auroc,
  type Columns,
  permutationImportance,
  predictBoosting,
  predictForest,
  trainBoostedClassifier,
  trainBoostedRegressor,
  trainForestClassifier,
  trainForestRegressor,
} from './index.ts'

/** Two features whose signs must be looked at together, and one of noise. */
function checkerboard(rows: number, seed = 1): { columns: Float64Array[]; labels: Float64Array } {
  const random = createRandom(seed)
  const columns = [0, 1, 2].map(() => Float64Array.from({ length: rows }, () => random.normal()))
  const at = (j: number, i: number) => columns[j]?.[i] ?? 0
  const labels = Float64Array.from({ length: rows }, (_, i) => Number(at(0, i) > 0 === at(1, i) > 0))
  return { columns, labels }
}

const accuracy = (chances: Float64Array, labels: Float64Array) =>
  chances.reduce((sum, chance, i) => sum + Number(chance > 0.5 === (labels[i] ?? 0) > 0), 0) / labels.length

describe('random forest', () => {
  const train = checkerboard(1500)
  const fresh = checkerboard(1000, 2)
  const forest = trainForestClassifier(train.columns, train.labels, { trees: 40, outOfBag: true })

  test('learns what no single feature shows, on rows it has not seen', () => {
    expect(accuracy(predictForest(forest, fresh.columns), fresh.labels)).toBeGreaterThan(0.93)
    expect(accuracy(forest.outOfBag ?? new Float64Array(0), train.labels)).toBeGreaterThan(0.92)
  })

  test('knows which features matter, by impurity and by permutation', () => {
    const [a = 0, b = 0, noise = 1] = forest.importance
    expect(a + b + noise).toBeCloseTo(1, 12)
    expect(Math.min(a, b)).toBeGreaterThan(3 * noise)
    const score = (columns: Columns) => auroc(predictForest(forest, columns), fresh.labels) ?? 0
    const [first = 0, second = 0, third = 1] = permutationImportance(fresh.columns, score, { repeats: 2 })
    expect(Math.min(first, second)).toBeGreaterThan(0.3)
    expect(Math.abs(third)).toBeLessThan(0.02)
  })

  test('the seed repeats it; fewer trees are the first of more', () => {
    const again = trainForestClassifier(train.columns, train.labels, { trees: 5 })
    expect(again.trees[4]).toEqual(forest.trees[4])
    expect(trainForestClassifier(train.columns, train.labels, { trees: 1, seed: 2 }).trees[0]).not.toEqual(
      forest.trees[0],
    )
  })

  test('three classes get three chances that add up to one', () => {
    const labels = train.columns[0]?.map((x) => (x < -0.5 ? 0 : x < 0.5 ? 1 : 2)) ?? []
    const three = trainForestClassifier(train.columns, labels, { trees: 20 })
    const chances = predictForest(three, fresh.columns)
    expect(chances).toHaveLength(3000)
    let right = 0
    fresh.columns[0]?.forEach((x, i) => {
      const [p = 0, q = 0, r = 0] = chances.slice(3 * i, 3 * i + 3)
      expect(p + q + r).toBeCloseTo(1, 9)
      right += Number([p, q, r].indexOf(Math.max(p, q, r)) === (x < -0.5 ? 0 : x < 0.5 ? 1 : 2))
    })
    expect(right).toBeGreaterThan(950)
  })

  test('a regression forest follows a curve', () => {
    const x = Float64Array.from({ length: 800 }, (_, i) => i / 100)
    const y = x.map((value) => Math.sin(value))
    const model = trainForestRegressor([x], y, { trees: 30 })
    const predicted = predictForest(model, [Float64Array.from([1.005, 3.005, 5.005])])
    ;[1.005, 3.005, 5.005].forEach((value, i) => {
      expect(predicted[i]).toBeCloseTo(Math.sin(value), 1)
    })
  })
})

describe('gradient boosting', () => {
  test('one round of one cut is the best stump, worked by hand', () => {
    // Left mean 2, right mean 10, whole mean 6: the stump adds −4 and +4.
    const x = Float64Array.from([1, 2, 3, 4, 5, 6])
    const y = Float64Array.from([1, 2, 3, 9, 10, 11])
    const options = { rounds: 1, learningRate: 1, mostLeaves: 2, leastLeaf: 1, penalty: 0 }
    const model = trainBoostedRegressor([x], y, options)
    expect([...model.start]).toEqual([6])
    expect(model.trees[0]?.threshold[0]).toBe(3.5)
    expect([...predictBoosting(model, [x])]).toEqual([2, 2, 2, 10, 10, 10])
    // With penalty 3 each side shrinks by 3 / (3 + 3): half of ±4.
    const shrunk = trainBoostedRegressor([x], y, { ...options, penalty: 3 })
    expect([...predictBoosting(shrunk, [x])]).toEqual([4, 4, 4, 8, 8, 8])
  })

  test('learns classes, and its chances are calibrated enough to add up', () => {
    const train = checkerboard(3000, 3)
    const fresh = checkerboard(1000, 4)
    const model = trainBoostedClassifier(train.columns, train.labels, { rounds: 60 })
    const chances = predictBoosting(model, fresh.columns)
    expect(accuracy(chances, fresh.labels)).toBeGreaterThan(0.95)
    const mean = chances.reduce((sum, value) => sum + value, 0) / 1000
    expect(mean).toBeCloseTo(fresh.labels.reduce((sum, value) => sum + value, 0) / 1000, 1)
    expect(model.importance[2]).toBeLessThan(0.1)
  })

  test('three classes get three chances that add up to one, most to the right one', () => {
    const { columns } = checkerboard(1500, 8)
    const labels = columns[0]?.map((x) => (x < -0.5 ? 0 : x < 0.5 ? 1 : 2)) ?? []
    const chances = predictBoosting(trainBoostedClassifier(columns, labels, { rounds: 20 }), columns)
    expect(chances).toHaveLength(4500)
    let right = 0
    labels.forEach((label, i) => {
      const [p = 0, q = 0, r = 0] = chances.slice(3 * i, 3 * i + 3)
      expect(p + q + r).toBeCloseTo(1, 9)
      right += Number([p, q, r].indexOf(Math.max(p, q, r)) === label)
    })
    expect(right).toBeGreaterThan(1480)
  })

  test('stops early on noise', () => {
    const random = createRandom(5)
    const x = Float64Array.from({ length: 600 }, () => random.normal())
    const y = x.map(() => random.normal())
    expect(trainBoostedRegressor([x], y, { rounds: 300, patience: 5 }).trees.length).toBeLessThan(30)
  })
})

describe('both', () => {
  test('a missing value is a value: its being missing can be the whole story', () => {
    const random = createRandom(6)
    const labels = Float64Array.from({ length: 600 }, () => random.integer(2))
    const column = labels.map((label) => (label === 1 && random.next() < 0.95 ? Number.NaN : random.normal()))
    const noise = labels.map(() => random.normal())
    const ask = [Float64Array.from([Number.NaN, 0]), new Float64Array(2)]
    const [missing = 0, present = 1] = predictForest(trainForestClassifier([column, noise], labels, { trees: 20 }), ask)
    expect(missing).toBeGreaterThan(0.9)
    expect(present).toBeLessThan(0.4)
    const [boosted = 0, other = 1] = predictBoosting(trainBoostedClassifier([column, noise], labels), ask)
    expect(boosted).toBeGreaterThan(0.9)
    expect(other).toBeLessThan(0.4)
  })

  test('bending a feature without changing its order changes no answer on the training rows', () => {
    const { columns, labels } = checkerboard(300, 7)
    const plain = predictForest(trainForestClassifier(columns, labels, { trees: 5 }), columns)
    const boosted = predictBoosting(trainBoostedClassifier(columns, labels, { rounds: 5 }), columns)
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 3, noNaN: true }),
        fc.double({ min: -50, max: 50, noNaN: true }),
        (power, shift) => {
          const bent = columns.map((column) => column.map((x) => Math.sign(x) * Math.abs(x) ** power * 10 + shift))
          expect(predictForest(trainForestClassifier(bent, labels, { trees: 5 }), bent)).toEqual(plain)
          const again = predictBoosting(trainBoostedClassifier(bent, labels, { rounds: 5 }), bent)
          again.forEach((value, i) => {
            expect(value).toBeCloseTo(boosted[i] ?? 9, 9)
          })
        },
      ),
      { numRuns: 8 },
    )
  })

  test('odd columns have a defined answer, wrong input is named', () => {
    const odd = fc.array(fc.oneof(fc.double(), fc.constantFrom(Number.NaN, 1e300, -1e300, 0, 0)), {
      minLength: 12,
      maxLength: 12,
    })
    fc.assert(
      fc.property(
        odd,
        odd,
        fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 12, maxLength: 12 }),
        (a, b, labels) => {
          const columns = [Float64Array.from(a), Float64Array.from(b)]
          const answers = [
            ...predictForest(trainForestClassifier(columns, labels, { trees: 3 }), columns),
            ...predictForest(trainForestRegressor(columns, labels, { trees: 3 }), columns),
            ...predictBoosting(trainBoostedClassifier(columns, labels, { rounds: 3, leastLeaf: 1 }), columns),
          ]
          for (const answer of answers) expect(answer >= 0 && answer <= 1).toBe(true)
        },
      ),
      { numRuns: 60 },
    )
    const one = [new Float64Array(3)]
    expect(() => trainForestClassifier(one, [0, 1])).toThrow('2 targets for 3 rows')
    expect(() => trainForestClassifier(one, [0, 1, 0.5])).toThrow('label 2 must be a class number')
    expect(() => trainBoostedRegressor(one, [0, 1, Number.NaN])).toThrow('target 2 must be a finite number')
    expect(() => predictForest(trainForestClassifier(one, [0, 1, 0]), [...one, ...one])).toThrow(
      'knows 1 features, got 2',
    )
    expect(predictForest(trainForestClassifier([new Float64Array(0)], []), [new Float64Array(2)])).toHaveLength(2)
  })
})
