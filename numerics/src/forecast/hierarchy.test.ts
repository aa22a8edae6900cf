import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../random/index.ts'
import { forecastHierarchy } from './forecast-hierarchy.ts'
import { type Node, reconcile, summingMatrix } from './hierarchy.ts'

const nodes: Node[] = [{ id: 'all', parts: ['north', 'south'] }, { id: 'north' }, { id: 'south' }]
const of = (all: number, north: number, south: number, residuals?: number[][]) =>
  [all, north, south].map((mean, i) => ({
    id: ['all', 'north', 'south'][i] as string,
    mean: Float64Array.of(mean),
    ...(residuals ? { residuals: Float64Array.from(residuals[i] as number[]) } : {}),
  }))

describe('hierarchies', () => {
  it('spread the gap by structure: 10 against 4 + 5', () => {
    // least squares with weights 1/2, 1, 1: each part gives up a quarter of the gap, the whole takes the other half
    const result = reconcile(nodes, of(10, 4, 5), 'structural')
    expect([...result].map(([id, mean]) => [id, mean[0]])).toEqual([
      ['all', expect.closeTo(9.5, 12)],
      ['north', expect.closeTo(4.25, 12)],
      ['south', expect.closeTo(5.25, 12)],
    ])
  })
  it('move most what erred most', () => {
    // variances 1, 1, 4 and a gap of 6: shares 1/6, 1/6, 4/6
    const errors = [
      [1, -1],
      [1, -1],
      [2, -2],
    ]
    const result = reconcile(nodes, of(16, 4, 6, errors), 'variance')
    expect(result.get('all')?.[0]).toBeCloseTo(15, 9)
    expect(result.get('north')?.[0]).toBeCloseTo(5, 9)
    expect(result.get('south')?.[0]).toBeCloseTo(10, 9)
  })
  it('use correlations: many errors come to ŷ − WC′(CWC′)⁻¹Cŷ with C = (1, −1, −1)', () => {
    const random = createRandom(2)
    const errors: [number[], number[], number[]] = [[], [], []]
    for (let t = 0; t < 4000; t++) {
      const [a, b, c] = [random.normal(), random.normal(), random.normal()]
      const row = [2 * a, a + b, a - 0.5 * c] as const
      row.forEach((value, i) => {
        errors[i]?.push(value)
      })
    }
    // covariance of (2a, a + b, a − c/2), and the same formula by hand: WC′ = (4, 2, 2) − (2, 2, 1) − (2, 1, 1.25)
    const lever = [0, -1, -0.25]
    const gap = 10 - 4 - 5
    const size = lever[0]! - lever[1]! - lever[2]!
    const result = reconcile(nodes, of(10, 4, 5, errors), 'mint')
    ;[10, 4, 5].forEach((base, i) => {
      expect([...result.values()][i]?.[0]).toBeCloseTo(base - (lever[i]! * gap) / size, 1)
    })
  })
  it('knows parts of parts', () => {
    const deep: Node[] = [
      { id: 'a', parts: ['b', 'c'] },
      { id: 'b', parts: ['d', 'e'] },
      { id: 'c' },
      { id: 'd' },
      { id: 'e' },
    ]
    expect([...summingMatrix(deep).summing.data]).toEqual([1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1])
  })
  it('name what is wrong', () => {
    expect(() =>
      summingMatrix([
        { id: 'a', parts: ['b'] },
        { id: 'b', parts: ['a'] },
      ]),
    ).toThrow('"a" is part of itself: a → b → a')
    expect(() => summingMatrix([{ id: 'a', parts: ['x'] }])).toThrow('has a part "x" that is not in the hierarchy')
    expect(() => summingMatrix([{ id: 'a' }, { id: 'a' }])).toThrow('share an id')
    expect(() => reconcile(nodes, of(1, 2, 3).slice(1))).toThrow('no forecast for node "all"')
    expect(() => reconcile(nodes, of(1, 2, 3), 'mint')).toThrow("'mint' needs at least 2 past errors")
    expect(() => reconcile(nodes, of(Number.NaN, 2, 3), 'structural')).toThrow('finite')
  })
  it('are forecast whole from the values of the parts alone', () => {
    const random = createRandom(9)
    const part = (base: number) =>
      Float64Array.from({ length: 60 }, (_, t) => base + 5 * Math.sin(t / 2) + random.normal())
    const values = new Map([
      ['north', part(20)],
      ['south', part(50)],
    ])
    const result = forecastHierarchy(nodes, values, { horizon: 4, periods: [] })
    const mean = (id: string) => result.get(id)?.mean as Float64Array
    for (let h = 0; h < 4; h++)
      expect(mean('all')[h]).toBeCloseTo((mean('north')[h] as number) + (mean('south')[h] as number), 6)
    expect(mean('north')[0]).toBeGreaterThan(10)
    expect(result.get('south')?.account.at(-1)).toContain('made to add up')
    const whole = result.get('all')?.intervals[0]
    expect(whole?.upper[0]).toBeGreaterThan(mean('all')[0] as number)
    expect(() => forecastHierarchy(nodes, new Map(), { horizon: 1 })).toThrow('no values for node "north"')
  })
  it('always add up, and leave alone what adds up already', () => {
    const number = fc.double({ min: -100, max: 100, noNaN: true })
    const errors = fc.array(fc.array(number, { minLength: 6, maxLength: 6 }), { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(number, number, number, errors, (all, north, south, residuals) => {
        for (const how of ['structural', 'variance', 'mint'] as const) {
          const result = reconcile(nodes, of(all, north, south, residuals), how)
          const [whole = 0, first = 0, second = 0] = [...result.values()].map((mean) => mean[0] as number)
          expect(whole).toBeCloseTo(first + second, 6)
          const same = reconcile(nodes, of(north + south, north, south, residuals), how)
          expect(same.get('north')?.[0]).toBeCloseTo(north, 4)
        }
      }),
    )
  })
})
