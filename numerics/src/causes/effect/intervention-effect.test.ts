import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../../random/index.ts'
import { interventionEffect } from './index.ts'

/** An outcome that follows two controls and a weekly rhythm, with errors that remember; the action adds `effect`. */
function scene(seed: number, effect: number, { length = 180, start = 150, memory = 0.5 } = {}) {
  const random = createRandom(seed)
  const walk = () => {
    let level = 0
    return Float64Array.from({ length }, () => (level = 0.9 * level + random.normal()))
  }
  const controls = [walk(), walk(), walk()]
  let error = 0
  const outcome = Float64Array.from({ length }, (_, t) => {
    error = memory * error + random.normal()
    const [x = 0, y = 0] = [controls[0]?.[t], controls[1]?.[t]]
    return 100 + 3 * x - 2 * y + (t % 7 === 5 ? 8 : 0) + error + (t >= start ? effect : 0)
  })
  return { outcome, controls, start, season: 7 }
}

test('without noise the effect is exact', () => {
  const control = Float64Array.from({ length: 60 }, (_, t) => Math.sin(t))
  const outcome = control.map((x, t) => 5 + 2 * x + (t >= 40 ? 3 : 0))
  const answer = interventionEffect({ outcome, controls: [control], start: 40 })
  expect(answer?.effect).toBeCloseTo(3, 2)
  expect(answer?.total).toBeCloseTo(60, 1)
  expect(answer?.counterfactual[50]).toBeCloseTo(5 + 2 * Math.sin(50), 1)
  expect(answer?.placebo.p).toBeLessThanOrEqual(0.05)
})

test('the interval holds the truth in at least 92 of 100 histories and is narrow enough to be of use', () => {
  let [held, alarms, width] = [0, 0, 0]
  for (let seed = 1; seed <= 100; seed++) {
    const answer = interventionEffect(scene(seed, 2))
    if (!answer) continue
    held += Number(answer.lower <= 2 && answer.upper >= 2)
    width += (answer.upper - answer.lower) / 100
    const nothing = interventionEffect(scene(seed + 1000, 0))
    alarms += Number(nothing !== undefined && (nothing.lower > 0 || nothing.upper < 0))
  }
  expect(held).toBeGreaterThanOrEqual(92)
  expect(alarms).toBeLessThanOrEqual(8)
  expect(width).toBeLessThan(4)
})

test('a clear effect is told from none', () => {
  const answer = interventionEffect(scene(7, 10))
  expect(answer?.lower).toBeGreaterThan(5)
  expect(answer?.upper).toBeLessThan(15)
  expect(answer?.relative).toBeCloseTo(0.1, 1)
  expect(answer?.placebo).toMatchObject({ sound: true })
  expect(answer?.placebo.p).toBeLessThanOrEqual(0.05)
})

test('a drift that the controls do not share fails the placebo test', () => {
  const { outcome, ...rest } = scene(3, 0)
  const drifting = outcome.map((value, t) => value + 0.5 * t)
  expect(interventionEffect({ outcome: drifting, ...rest })?.placebo.sound).toBe(false)
})

test('shift and scale of the outcome carry over, and nothing is NaN', () => {
  const base = scene(5, 4)
  const plain = interventionEffect(base)
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 1e4, noNaN: true }),
      fc.integer({ min: -1000, max: 1000 }),
      (scale, shift) => {
        const moved = interventionEffect({ ...base, outcome: base.outcome.map((x) => scale * (x + shift)) })
        expect((moved?.effect ?? 0) / scale).toBeCloseTo(plain?.effect ?? 9, 4)
        expect((moved?.upper ?? 0) / scale).toBeCloseTo(plain?.upper ?? 9, 4)
      },
    ),
    { numRuns: 15 },
  )
  const odd = fc.array(fc.oneof(fc.double({ min: -1e9, max: 1e9 }), fc.constantFrom(Number.NaN, 0, 1e300)), {
    minLength: 24,
    maxLength: 24,
  })
  fc.assert(
    fc.property(odd, odd, fc.integer({ min: 1, max: 23 }), fc.integer({ min: 0, max: 8 }), (a, b, start, season) => {
      const answer = interventionEffect({
        outcome: Float64Array.from(a),
        controls: [Float64Array.from(b)],
        start,
        season,
      })
      if (answer) expect(Number.isNaN(answer.effect + answer.lower + answer.upper + answer.placebo.p)).toBe(false)
    }),
    { numRuns: 60 },
  )
})

test('too little history is undefined, wrong questions are named', () => {
  const outcome = Float64Array.from({ length: 12 }, (_, t) => t)
  expect(interventionEffect({ outcome, start: 5 })).toBeUndefined()
  expect(interventionEffect({ outcome: outcome.map((x, t) => (t > 9 ? Number.NaN : x)), start: 10 })).toBeUndefined()
  expect(() => interventionEffect({ outcome, start: 12 })).toThrow('steps 12 to 12 do not lie inside an outcome of 12')
  expect(() => interventionEffect({ outcome, start: 9, controls: [new Float64Array(3)] })).toThrow(
    'control 0 has 3 steps',
  )
  expect(() => interventionEffect({ outcome, start: 9 }, { coverage: 95 })).toThrow('coverage must lie between 0 and 1')
})
