import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../random/index.ts'
import { sorted } from '../statistics/index.ts'
import {
  createDistinctCount,
  createQuantileSketch,
  extremes,
  largestTriangles,
  restoreDistinctCount,
  restoreQuantileSketch,
} from './index.ts'

const number = fc.double({ min: -1e9, max: 1e9, noNaN: true })

describe('the quantile sketch', () => {
  it('is within its relative error of the true order statistic, for any values', () => {
    fc.assert(
      fc.property(
        fc.array(number, { minLength: 1, maxLength: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, p) => {
          const sketch = createQuantileSketch(0.02)
          for (const value of values) sketch.add(value)
          const exact = sorted(values)[Math.floor(p * (values.length - 1))]!
          expect(Math.abs(sketch.quantile(p)! - exact)).toBeLessThanOrEqual(0.0201 * Math.abs(exact) + 1e-300)
        },
      ),
    )
  })
  it('merges into the sketch of the whole, and continues from what it saved', () => {
    fc.assert(
      fc.property(fc.array(number), fc.array(number), (a, b) => {
        const [one, two, whole] = [createQuantileSketch(), createQuantileSketch(), createQuantileSketch()]
        for (const value of a) one.add(value)
        for (const value of b) two.add(value)
        for (const value of [...a, ...b]) whole.add(value)
        one.merge(two)
        const again = restoreQuantileSketch(JSON.parse(JSON.stringify(one.save())))
        for (const p of [0, 0.1, 0.5, 0.9, 1]) {
          expect(one.quantile(p)).toBe(whole.quantile(p))
          if (one.count) expect(again.quantile(p)).toBe(one.quantile(p))
        }
      }),
    )
  })
  it('knows minimum, maximum, count and sum exactly, and ignores what is not finite', () => {
    const sketch = createQuantileSketch()
    for (const value of [3, -7.25, 0, 12, Number.NaN, Number.POSITIVE_INFINITY]) sketch.add(value)
    expect([sketch.min, sketch.max, sketch.count, sketch.sum]).toEqual([-7.25, 12, 4, 7.75])
    expect([sketch.quantile(0), sketch.quantile(1)]).toEqual([-7.25, 12])
  })
  it('is empty, refuses a wrong accuracy and stays bounded', () => {
    expect(createQuantileSketch().quantile(0.5)).toBeUndefined()
    expect(() => createQuantileSketch(0)).toThrow(/accuracy must be between 0 and 1/)
    expect(() => createQuantileSketch(0.01).merge(createQuantileSketch(0.02))).toThrow(/do not merge/)
    const sketch = createQuantileSketch(0.001)
    for (let i = -3000; i < 3000; i++) sketch.add(10 ** (i / 11))
    expect(sketch.save().positive.length).toBeLessThanOrEqual(2048)
    expect(sketch.quantile(0.99)).toBeGreaterThan(1e260)
  })
})

describe('the distinct count', () => {
  it('is off by no more than four standard errors, from 0 to 100,000', () => {
    for (const n of [0, 1, 10, 100, 1_000, 10_000, 100_000]) {
      const counter = createDistinctCount(12)
      for (let i = 0; i < n; i++) {
        counter.add(`customer-${i}`)
        if (i % 3 === 0) counter.add(`customer-${i}`)
      }
      expect(Math.abs(counter.estimate() - n)).toBeLessThanOrEqual(4 * 0.01625 * n + 1e-9)
    }
  })
  it('of two sets is that of their union, saved or not', () => {
    const [one, two, both] = [createDistinctCount(10), createDistinctCount(10), createDistinctCount(10)]
    for (let i = 0; i < 3000; i++) {
      if (i < 2000) one.add(`${i}`)
      if (i > 1000) two.add(`${i}`)
      both.add(`${i}`)
    }
    const merged = restoreDistinctCount(one.save())
    merged.merge(two)
    expect(merged.save()).toEqual(both.save())
    expect(merged.estimate()).toBe(both.estimate())
  })
  it('refuses sizes it cannot have', () => {
    expect(() => createDistinctCount(3)).toThrow(/4…16/)
    expect(() => restoreDistinctCount(new Uint8Array(100))).toThrow(/got 100/)
    expect(() => createDistinctCount(5).merge(createDistinctCount(6))).toThrow(/do not merge/)
  })
})

describe('downsampling', () => {
  const times = Float64Array.from({ length: 5000 }, (_, i) => i)
  const random = createRandom(3)
  const values = times.map((t) => Math.sin(t / 200) + 0.1 * random.normal() + (t === 3210 ? 9 : 0))
  it('by triangles keeps both ends, the order and the spike', () => {
    const kept = largestTriangles(times, values, 100)
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([100, 0, 4999])
    expect(kept).toContain(3210)
    expect(Array.from(kept)).toEqual(Array.from(kept).sort((a, b) => a - b))
    expect(new Set(kept).size).toBe(100)
  })
  it('by triangles takes the worked choice', () => {
    // Three buckets: first, the middle point spanning the largest triangle (value 9 at 2), last.
    expect(Array.from(largestTriangles([0, 1, 2, 3, 4], [0, 1, 9, 2, 0], 3))).toEqual([0, 2, 4])
  })
  it('by extremes loses no bucket’s least and greatest value', () => {
    const kept = extremes(times, values, 50)
    expect(kept.length).toBeLessThanOrEqual(100)
    for (let b = 0; b < 50; b++) {
      const part = values.subarray(b * 100, b * 100 + 100)
      const drawn = Array.from(kept)
        .filter((i) => i >= b * 100 && i < b * 100 + 100)
        .map((i) => values[i]!)
      if (b < 49) expect([Math.min(...drawn), Math.max(...drawn)]).toEqual([Math.min(...part), Math.max(...part)])
    }
  })
  it('is defined for little, gaps and repeated times', () => {
    expect(Array.from(largestTriangles([], [], 10))).toEqual([])
    expect(Array.from(largestTriangles([1, 2], [1, Number.NaN], 10))).toEqual([0])
    expect(Array.from(extremes([5, 5, 5, 5, 5], [1, 4, 2, 0, 3], 1))).toEqual([1, 3])
    expect(() => largestTriangles(times, values, 1)).toThrow(/at least 2/)
    expect(() => extremes(times, values, 0)).toThrow(/at least 1/)
  })
})
