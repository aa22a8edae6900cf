import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../random/index.ts'
import { type AutoDetector, alarmThreshold, createAuto, type Feedback, type Judgement } from '../index.ts'

const HOUR = 3_600_000

const noise = (n: number, seed: number) => {
  const random = createRandom(seed)
  return Array.from({ length: n }, () => random.normal())
}
/** Hours: busy days, quiet nights, weekends at half. */
const shop = (days: number, seed: number) =>
  noise(24 * days, seed).map((error, i) => {
    const day = Math.floor(i / 24) % 7
    const hour = i % 24
    const open = hour >= 8 && hour < 22 ? 100 : 10
    return (day >= 5 ? open / 2 : open) + 2 * error
  })
// The epoch was a Thursday; shops open on a Monday.
const MONDAY = 4 * 24 * HOUR
const play = (auto: AutoDetector, values: readonly number[], from = 0): Judgement[] =>
  values.map((value, i) => auto.update(MONDAY + (from + i) * HOUR, value))
const alarms = (judged: readonly Judgement[], sensitivity = 0.5) =>
  judged.flatMap(({ score }, i) => (score >= alarmThreshold(sensitivity) ? [i] : []))

describe('auto', () => {
  it('needs twenty points, and then sees a jump', () => {
    const judged = play(createAuto(), [...noise(25, 3).map((value) => 100 + value), 130])
    expect(judged.slice(0, 20).every(({ score }) => score === 0)).toBe(true)
    expect(judged.at(-1)!.score).toBeGreaterThan(0.5)
  })

  it('gets better: false alarms become rarer', () => {
    const judged = play(createAuto(), noise(12_000, 5))
    const [early, late] = [alarms(judged.slice(0, 2000)).length, alarms(judged.slice(2000)).length]
    expect(early).toBeLessThan(40)
    expect(late / 10_000).toBeLessThan(early / 2000 + 1e-9)
    expect(late).toBeLessThan(30)
  })

  it('expects the hour of the week, and says so', () => {
    const auto = createAuto()
    const values = shop(42, 8)
    const judged = play(auto, values)
    const errors = judged.slice(-168).map(({ expected }, i) => Math.abs(expected - values[values.length - 168 + i]!))
    expect(errors.reduce((sum, error) => sum + error / 168, 0)).toBeLessThan(3)
    const { nature, expects } = auto.explain()
    expect(nature[0]).toBe('1008 points, one every hour')
    expect(nature.some((words) => /a weekly pattern explains \d\d % of its movement/.test(words))).toBe(true)
    expect(expects).toMatch(
      /^the usual value at this hour of the week, off by [\d.]+ on average, against [\d.]+ for the slow average$/,
    )
  })

  it('sees an ordinary value at the wrong hour', () => {
    const auto = createAuto()
    const values = shop(70, 9)
    play(auto, values)
    // Monday, 3 o'clock: daytime business.
    play(auto, shop(1, 10).slice(0, 3), values.length)
    const night = auto.update(MONDAY + (values.length + 3) * HOUR, 100)
    expect(night.score).toBeGreaterThan(0.5)
    expect(night.upper).toBeLessThan(100)
    expect(auto.explain().because).toMatch(/deviates from its usual time-of-week pattern/)
  })

  it('leaves its band with about one ordinary point in 300', () => {
    const values = noise(20_000, 11)
    const outside = play(createAuto(), values).filter(
      ({ lower, upper }, i) => i > 500 && (values[i]! < lower || values[i]! > upper),
    )
    expect(outside.length).toBeGreaterThan(19_500 / 900)
    expect(outside.length).toBeLessThan(19_500 / 100)
  })

  it('has a narrower band for few counts than for many', () => {
    const auto = createAuto()
    const counts = noise(24 * 40, 31).map((error, i) => {
      const rate = i % 24 < 8 ? 4 : 400
      return Math.max(0, Math.round(rate + Math.sqrt(rate) * error))
    })
    const widths = play(auto, counts)
      .slice(-24)
      .map(({ lower, upper }) => upper - lower)
    expect(widths[3]!).toBeLessThan(widths[15]! / 3)
    expect(auto.explain().nature).toContain('counts: whole and never negative')
  })

  it('raises one alarm for one incident, and another for a worse one', () => {
    const values = [
      ...noise(500, 12),
      ...noise(40, 13).map((value) => value + 12),
      ...noise(20, 14).map((value) => value + 60),
    ]
    const told = alarms(play(createAuto(), values)).filter((i) => i >= 500)
    expect(told[0]).toBe(500)
    expect(told.filter((i) => i > 505 && i < 540).length).toBeLessThan(4)
    expect(told).toContain(540)
  })

  it('is not deafened by the first new value of a series of two values', () => {
    const values = Array.from({ length: 400 }, (_, i) => (i === 250 ? 1 : 0))
    const judged = play(createAuto(), [...values, 50])
    expect(judged.at(-1)!.score).toBeGreaterThan(0.5)
  })

  it('does not care for unit or zero point', () => {
    const values = shop(20, 15)
    values[300] = 400
    const scores = (of: number[]) => play(createAuto(), of).map(({ score }) => score)
    const own = scores(values)
    for (const [a, b] of [
      [1024, 0],
      [0.25, 0],
      [1, 4096],
      [-1, 0],
    ] as const) {
      const other = scores(values.map((value) => a * value + b))
      other.forEach((score, i) => {
        expect(score).toBeCloseTo(own[i]!, 3)
      })
    }
  })

  it('has more alarms the more sensitive it is told to be', () => {
    const judged = play(createAuto(), [...shop(40, 16), 300, -40, 90])
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (a, b) => {
        const [less, more] = [alarms(judged, Math.min(a, b)), alarms(judged, Math.max(a, b))]
        expect(more).toEqual(expect.arrayContaining(less))
      }),
    )
    expect(() => alarmThreshold(1.5)).toThrow(/sensitivity must be in 0…1, got 1.5/)
  })

  it('explains itself from the first point on', () => {
    const auto = createAuto()
    expect(auto.explain().because).toBe('it is too early to judge: 20 more points are needed')
    play(auto, new Array(50).fill(0))
    expect(auto.explain().nature).toEqual([
      '50 points, one every hour',
      'constant so far',
      'counts: whole and never negative',
      'sparse: 100 % are zero',
      'no daily or weekly pattern to speak of',
    ])
    expect(auto.explain().because).toBe('such values, short means and deviations have been seen before')
  })
})

describe('feedback', () => {
  const past = shop(30, 20)
  const watched = (...feedback: Feedback[]) => {
    const auto = createAuto()
    play(auto, past)
    return { auto, ids: feedback.map((one) => auto.feedback(one)) }
  }
  const next = (auto: AutoDetector, value: number, hours = 0) =>
    auto.update(MONDAY + (past.length + hours) * HOUR, value).score

  it('"not an anomaly" silences such values at once, and no worse ones', () => {
    const normal: Feedback = { verdict: 'not an anomaly', value: 300, expected: 10 }
    expect(next(watched().auto, 300)).toBeGreaterThan(0.5)
    expect(next(watched(normal).auto, 300)).toBeLessThanOrEqual(0.05)
    expect(next(watched(normal).auto, 250)).toBeLessThanOrEqual(0.05)
    expect(next(watched(normal).auto, 900)).toBeGreaterThan(0.5)
    expect(next(watched(normal).auto, -300)).toBeGreaterThan(0.5)
  })

  it('"missed one" raises such values and worse ones at once', () => {
    const missed: Feedback = { verdict: 'missed one', value: 20, expected: 10 }
    expect(next(watched().auto, 20)).toBeLessThan(0.9)
    expect(next(watched(missed).auto, 20)).toBeGreaterThanOrEqual(0.9)
    expect(next(watched(missed).auto, 500)).toBeGreaterThanOrEqual(0.9)
    expect(next(watched(missed).auto, 12)).toBeLessThan(0.9)
  })

  it('holds only in its scope', () => {
    const at = (scope: Feedback['scope'], hours: number) =>
      next(
        watched({ verdict: 'not an anomaly', value: 300, expected: 10, ...(scope ? { scope } : {}) }).auto,
        300,
        hours,
      )
    expect(at({ on: 'time of day', minutes: 30 }, 0)).toBeLessThanOrEqual(0.05)
    expect(at({ on: 'time of day', minutes: 23 * 60 + 30 }, 0)).toBeLessThanOrEqual(0.05)
    expect(at({ on: 'time of day', minutes: 12 * 60 }, 0)).toBeGreaterThan(0.5)
    const now = MONDAY + past.length * HOUR
    expect(at({ on: 'span', from: now - 1, to: now + 1 }, 0)).toBeLessThanOrEqual(0.05)
    expect(at({ on: 'span', from: now - 1, to: now + 1 }, 1)).toBeGreaterThan(0.5)
  })

  it('is reversible: withdrawn, everything is as if it had never been given', () => {
    const { auto, ids } = watched(
      { verdict: 'not an anomaly', value: 300, expected: 10 },
      { verdict: 'missed one', value: 20, expected: 10 },
    )
    const untouched = watched().auto
    const values = [300, 12, 20, 250, 11]
    values.forEach((value, i) => {
      auto.update(MONDAY + (past.length + i) * HOUR, value)
      untouched.update(MONDAY + (past.length + i) * HOUR, value)
    })
    for (const id of ids) expect(auto.withdraw(id)).toBe(true)
    expect(auto.withdraw(ids[0]!)).toBe(false)
    const after = shop(3, 21)
    expect(play(auto, after, past.length + 10)).toEqual(play(untouched, after, past.length + 10))
  })

  it('is in the snapshot, keeps the last sixteen, and the newest word counts', () => {
    const { auto } = watched({ verdict: 'not an anomaly', value: 300, expected: 10 })
    expect(next(createAuto(auto.save()), 300)).toBeLessThanOrEqual(0.05)
    auto.feedback({ verdict: 'missed one', value: 300, expected: 10 })
    expect(next(auto, 300)).toBeGreaterThanOrEqual(0.9)
    for (let i = 0; i < 40; i++) auto.feedback({ verdict: 'not an anomaly', value: 1e6 + i, expected: 1e6 - 5 })
    expect(next(auto, 300, 1)).toBeLessThan(0.9)
  })
})
