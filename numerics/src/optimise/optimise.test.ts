import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { goldenSection, lbfgs, nelderMead } from './index.ts'

// Rosenbrock's valley: the minimum 0 stands at (1, 1)
const rosenbrock = ([x = 0, y = 0]: ArrayLike<number> & Iterable<number>) => (1 - x) ** 2 + 100 * (y - x * x) ** 2

describe('minimisers', () => {
  it('find the end of Rosenbrock’s valley from the classical start (−1.2, 1)', () => {
    const simplex = nelderMead(rosenbrock, [-1.2, 1], { tolerance: 1e-14, maxEvaluations: 2000 })
    const newton = lbfgs(rosenbrock, [-1.2, 1], { tolerance: 1e-14, maxIterations: 500 })
    for (const { point } of [simplex, newton]) {
      expect(point[0]).toBeCloseTo(1, 2)
      expect(point[1]).toBeCloseTo(1, 2)
    }
  })
  it('use an exact gradient', () => {
    const found = lbfgs(([x = 0, y = 0]) => (x - 3) ** 2 + 10 * (y + 1) ** 2, [0, 0], {
      gradient: ([x = 0, y = 0]) => Float64Array.of(2 * (x - 3), 20 * (y + 1)),
    })
    expect(found.point[0]).toBeCloseTo(3, 6)
    expect(found.point[1]).toBeCloseTo(-1, 6)
    expect(found.converged).toBe(true)
  })
  it('stop at the bound when the minimum lies beyond', () => {
    for (const minimise of [nelderMead, lbfgs])
      expect(minimise(([x = 0]) => (x - 5) ** 2, [0.5], { lower: [0], upper: [1] }).point[0]).toBeCloseTo(1, 6)
  })
  it('end, with a defined answer, where the function is not', () => {
    for (const minimise of [nelderMead, lbfgs]) {
      const found = minimise(() => Number.NaN, [1, 2])
      expect([...found.point]).toEqual([1, 2])
      expect(found.evaluations).toBeLessThan(2000)
    }
    expect(nelderMead(() => 7, []).value).toBe(7)
  })
  it('never end worse than they began', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 2 }), (start) => {
        const before = rosenbrock(start)
        expect(nelderMead(rosenbrock, start, { maxEvaluations: 50 }).value).toBeLessThanOrEqual(before)
        expect(lbfgs(rosenbrock, start, { maxIterations: 5 }).value).toBeLessThanOrEqual(before)
      }),
    )
  })
  it('find the valley of x² − 3x at 1.5 by golden section', () => {
    expect(goldenSection((x) => x * x - 3 * x, -10, 10).x).toBeCloseTo(1.5, 5)
    expect(goldenSection(() => Number.NaN, 0, 1).x).toBeGreaterThanOrEqual(0)
  })
})
