import { describe, expect, it } from 'vitest'
import { createAdam } from './index.ts'

describe('Adam', () => {
  it('moves by the rate at its first step, whatever the gradient’s size', () => {
    // m̂ / √v̂ is 1 at step 1, by construction (Kingma and Ba, section 2.1)
    for (const size of [1e-3, 1, 1e6]) {
      const point = Float64Array.of(5)
      createAdam(1, { rate: 0.1 }).step(point, Float64Array.of(size))
      expect(point[0]).toBeCloseTo(4.9, 4)
    }
  })
  it('walks down a bowl and ignores a slope that is not a number', () => {
    const point = Float64Array.of(3, -2)
    const adam = createAdam(2, { rate: 0.05, longest: 1 })
    for (let k = 0; k < 500; k++)
      adam.step(
        point,
        point.map((x, i) => 2 * (x - i)),
      )
    adam.step(point, Float64Array.of(Number.NaN, 1))
    expect(point[0]).toBeCloseTo(0, 2)
    expect(point[1]).toBeCloseTo(1, 2)
  })
})
