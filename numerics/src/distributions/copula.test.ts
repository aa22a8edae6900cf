import { expect, test } from 'vitest'
import { createRandom } from '../random/index.ts'
import { gaussianCopula, lognormal, pert, uniform } from './index.ts'

function ranks(values: number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0))
  const result = Array<number>(values.length).fill(0)
  order.forEach((index, rank) => {
    result[index] = rank
  })
  return result
}

function correlation(x: number[], y: number[]): number {
  const mean = (v: number[]) => v.reduce((a, b) => a + b, 0) / v.length
  const [mx, my] = [mean(x), mean(y)]
  const cross = x.reduce((sum, value, i) => sum + (value - mx) * ((y[i] ?? 0) - my), 0)
  const size = (v: number[], m: number) => Math.sqrt(v.reduce((sum, value) => sum + (value - m) ** 2, 0))
  return cross / size(x, mx) / size(y, my)
}

test('rank correlation of a Gaussian copula is 6/π·asin(ρ/2), whatever the margins', () => {
  const copula = gaussianCopula(Float64Array.from([1, 0.7, 0.7, 1]))
  expect(copula.kept).toBe(1)
  const random = createRandom(1)
  const margins = [lognormal(0, 2), pert(1, 2, 9)]
  const draws = Array.from({ length: 8000 }, () => copula.draw(random, margins))
  const column = (i: number) => ranks(draws.map((d) => d[i] ?? 0))
  expect(correlation(column(0), column(1))).toBeCloseTo((6 / Math.PI) * Math.asin(0.35), 1)
})

test('correlations that contradict each other are weakened, not refused', () => {
  // a and b together, b and c together, a and c opposed: possible only up to 1/2 in size.
  const copula = gaussianCopula(Float64Array.from([1, 0.9, -0.9, 0.9, 1, 0.9, -0.9, 0.9, 1]))
  expect(copula.kept).toBeCloseTo(0.5 / 0.9, 6)
  expect(copula.uniforms(createRandom(2)).every((u) => u > 0 && u < 1)).toBe(true)
})

test('perfect correlation gives the same uniform; malformed matrices are named', () => {
  const copula = gaussianCopula(Float64Array.from([1, 1, 1, 1]))
  const [a = 0, b = 1] = copula.draw(createRandom(3), [uniform(0, 1), uniform(0, 1)])
  expect(a).toBeCloseTo(b, 12)
  expect(() => gaussianCopula(Float64Array.from([1, 0.5, 0.2, 1]))).toThrow('symmetry')
  expect(() => gaussianCopula(new Float64Array(3))).toThrow('square')
})
