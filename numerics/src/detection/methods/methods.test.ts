import { describe, expect, it } from 'vitest'
import { createRandom } from '../../random/index.ts'
import {
  ARIMA_RESIDUAL,
  CALENDAR_PROFILE,
  COUNTS,
  CUSUM,
  createDetector,
  DISCORD,
  DYNAMIC_THRESHOLD,
  EWMA,
  FLAT_LINE,
  HEARTBEAT,
  HOLT_WINTERS,
  heavySurprise,
  IQR,
  ISOLATION_FOREST,
  type Judgement,
  type Method,
  normalSurprise,
  ONE_CLASS_SVM,
  PAGE_HINKLEY,
  PCA,
  RATIO,
  ROBUST_Z,
  RUN_LENGTH,
  SEASONAL_RESIDUAL,
  SEGMENTATION,
  SENSOR_LEVELS,
  SHARE_SHIFT,
  SPECTRAL_RESIDUAL,
  STATIC_THRESHOLD,
  SUBSPACE,
  scoreOf,
  Z_SCORE,
} from '../index.ts'
import { tailSurprise } from './counts.ts'
import { nearestShape } from './discord.ts'

const HOUR = 3_600_000

function judge<O extends object, I>(method: Method<O, I>, inputs: readonly I[], options: Partial<O> = {}): Judgement[] {
  const detector = createDetector(method, options)
  return inputs.map((input, i) => detector.update(i * HOUR, input))
}

const noise = (n: number, seed: number) => {
  const random = createRandom(seed)
  return Array.from({ length: n }, () => random.normal())
}
const wave = (n: number, period: number) =>
  Array.from({ length: n }, (_, i) => 10 * Math.sin((2 * Math.PI * i) / period))
const plus = (a: readonly number[], b: readonly number[]) => a.map((value, i) => value + b[i]!)
const loudest = (judged: readonly Judgement[], from: number) => {
  const scores = judged.slice(from).map(({ score }) => score)
  return from + scores.indexOf(Math.max(...scores))
}
const alarms = (judged: readonly Judgement[]) => judged.flatMap(({ score }, i) => (score >= 0.5 ? [i] : []))

describe('windows', () => {
  it('z-score: the mean and standard deviation of the window, worked by hand', () => {
    const last = judge(Z_SCORE, [2, 4, 4, 4, 5, 5, 7, 9, 5, 5, 11], { window: 10 }).at(-1)!
    // Mean 5, sum of squares 32 over n − 1 = 9.
    const deviation = Math.sqrt(32 / 9)
    expect(last.expected).toBeCloseTo(5, 12)
    expect(last.upper).toBeCloseTo(5 + 3.2905 * deviation, 9)
    expect(last.score).toBeCloseTo(scoreOf(normalSurprise(6 / deviation)), 9)
  })
  it('z-score: running sums stay those of the window on large numbers', () => {
    const values = noise(5000, 3).map((value) => 1e9 + value)
    const last = judge(Z_SCORE, values, { window: 50 }).at(-1)!
    const window = values.slice(-51, -1)
    const mean = window.reduce((sum, value) => sum + value / 50, 0)
    const deviation = Math.sqrt(window.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 49)
    expect((last.upper - last.lower) / 2).toBeCloseTo(3.2905 * deviation, 4)
  })
  it('robust z: median and MAD of the window, and half of it may be nonsense', () => {
    const last = judge(ROBUST_Z, [1, 1, 2, 2, 4, 6, 9, 1, 2, 4, 20], { window: 10 }).at(-1)!
    // Sorted 1 1 1 2 2 2 4 4 6 9: median 2, distances 0 0 0 1 1 1 2 2 4 7: MAD 1.
    expect(last.expected).toBe(2)
    expect(last.score).toBeCloseTo(scoreOf(heavySurprise(18 / 1.4826)), 9)
    const spoiled = judge(ROBUST_Z, [1, 2, 3, 2, 1, 2, 1e9, 1e9, 1e9, 1e9, 500], { window: 10 }).at(-1)!
    expect(spoiled.expected).toBeLessThanOrEqual(3)
    expect(spoiled.score).toBeGreaterThan(0.5)
  })
  it('iqr: Tukey’s fences score ½ at one and a half ranges', () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    // Quartiles 3.5 and 8.5, range 5: fences −4 and 16.
    const at = (value: number) => judge(IQR, [...values, value], { window: 20 }).at(-1)!
    expect([at(0).lower, at(0).upper, at(16).score]).toEqual([-4, 16, scoreOf(3)])
    expect([at(8.5).score, at(12).score]).toEqual([0, scoreOf(1.4)])
  })
})

describe('control charts', () => {
  it('ewma: exact for the first points, and sees a shift that no point shows', () => {
    const values = [...noise(400, 5), ...noise(60, 6).map((value) => value + 1.5)]
    const judged = judge(EWMA, values)
    expect(alarms(judged.slice(0, 400)).length).toBeLessThan(6)
    expect(alarms(judged.slice(400)).length).toBeGreaterThan(10)
    expect(
      Math.max(
        ...judge(Z_SCORE, values)
          .slice(405, 415)
          .map(({ score }) => score),
      ),
    ).toBeLessThan(0.6)
  })
  it('cusum and Page–Hinkley: add up small shifts, forget noise', () => {
    for (const method of [CUSUM, PAGE_HINKLEY]) {
      const judged = judge(method, [...noise(600, 8), ...noise(60, 9).map((value) => value + 1.5)])
      expect(alarms(judged.slice(100, 600)).length).toBeLessThan(30)
      expect(alarms(judged.slice(600)).length).toBeGreaterThan(20)
    }
  })
  it('cusum: the sum is Page’s recursion', () => {
    const values = [...new Array(200).fill(0).map((_, i) => (i % 2 ? 1 : -1)), 3, 3]
    const judged = judge(CUSUM, values, { baseline: 1e-9 })
    // Mean 0, deviation 1 to within the warm-up: 3 − ½, then twice that; ½ + … of the alternating past is 0.5.
    const [first, second] = judged.slice(-2).map(({ score }) => (5 * 3 * score) / (1 - score) / 3)
    expect(second! - first!).toBeCloseTo(2.5, 0.6)
  })
})

describe('thresholds', () => {
  it('static: silent inside, ½ at the edge, more with distance', () => {
    const [inside, over, far] = judge(STATIC_THRESHOLD, [5, 10.1, 20], { lower: 0, upper: 10 })
    expect([inside!.score, inside!.expected, inside!.upper]).toEqual([0, 5, 10])
    expect(over!.score).toBeGreaterThan(0.5)
    expect(far!.score).toBeGreaterThan(over!.score)
    expect(judge(STATIC_THRESHOLD, [1e6], { upper: 10 })[0]!.score).toBeGreaterThan(0.99)
    expect(() => createDetector(STATIC_THRESHOLD, { lower: 3, upper: 2 })).toThrow(/lower must not exceed upper/)
  })
  it('dynamic: the band is left about as often as asked', () => {
    const judged = judge(DYNAMIC_THRESHOLD, noise(20_000, 4), { oneIn: 500 })
    const outside = alarms(judged.slice(1000)).length
    expect(outside).toBeGreaterThan(19_000 / 500 / 3)
    expect(outside).toBeLessThan((3 * 2 * 19_000) / 500)
  })
})

describe('seasons', () => {
  const shape = wave(24 * 20, 24)
  const trend = shape.map((_, i) => 0.05 * i)
  it('Holt–Winters reproduces a straight line and a repeating season without error', () => {
    const exact = plus(shape, trend)
    const judged = judge(HOLT_WINTERS, exact)
    for (const [i, { expected }] of judged.entries()) if (i >= 48) expect(expected).toBeCloseTo(exact[i]!, 6)
  })
  it.each([HOLT_WINTERS, SEASONAL_RESIDUAL, CALENDAR_PROFILE] as Method<object>[])(
    'an ordinary value at the wrong hour is the loudest point: $name',
    (method) => {
      const values = plus(plus(shape, noise(480, 12)), new Array(480).fill(100))
      // The value of noon at midnight, well inside the range.
      values[24 * 18] = 108
      expect(loudest(judge(method, values), 24 * 8)).toBe(24 * 18)
    },
  )
  it('Holt–Winters turns with the trend', () => {
    const bent = Array.from({ length: 300 }, (_, i) => (i < 150 ? 0 : 2 * (i - 150)) + (i % 2))
    const judged = judge(HOLT_WINTERS, bent, { period: 2, level: 0.5, trend: 0.3 })
    expect(Math.abs(judged.at(-1)!.expected - bent.at(-1)!)).toBeLessThan(0.3)
  })
  it('MSTL knows a day inside a week', () => {
    const n = 24 * 7 * 6
    const values = plus(
      plus(wave(n, 24), wave(n, 168)),
      noise(n, 4).map((value) => value / 2),
    )
    values[n - 30]! += 8
    expect(loudest(judge(SEASONAL_RESIDUAL, values, { periods: [24, 168] }), 24 * 7 * 4)).toBe(n - 30)
  })
  it('the calendar profile learns kinds of days the caller knows', () => {
    const random = createRandom(2)
    const detector = createDetector(CALENDAR_PROFILE)
    let holiday: Judgement | undefined
    for (let day = 0; day < 120; day++) {
      const kind = day % 20 === 19 ? 1 : 0
      for (let hour = 0; hour < 24; hour++) {
        const value = 100 + 5 * Math.sin((hour * Math.PI) / 12) - 60 * kind + random.normal()
        holiday = detector.update((day * 24 + hour) * HOUR, value, { kind })
      }
    }
    expect(holiday!.expected).toBeLessThan(60)
    const next = detector.update(120 * 24 * HOUR, 100)
    expect(next.score).toBeLessThan(0.5)
  })
  it('the offset moves the local hour', () => {
    const run = (offset: number) => {
      const detector = createDetector(CALENDAR_PROFILE)
      return Array.from({ length: 500 }, (_, i) =>
        detector.update(i * HOUR - offset * 60_000, wave(500, 24)[i]!, { offset }),
      )
    }
    expect(run(330).map(({ score }) => score)).toEqual(run(0).map(({ score }) => score))
  })
})

describe('models', () => {
  it('ARIMA learns the coefficients of an autoregression', () => {
    const errors = noise(3000, 31)
    const values = [0, 0]
    for (let i = 2; i < 3000; i++) values[i] = 0.6 * values[i - 1]! - 0.3 * values[i - 2]! + errors[i]!
    const judged = judge(ARIMA_RESIDUAL, values, { p: 2, d: 0, q: 0, keep: 1 })
    const ahead = judged.at(-1)!.expected
    expect(ahead).toBeCloseTo(0.6 * values[2998]! - 0.3 * values[2997]!, 0.5)
    // The band is that of the errors, not that of the values.
    expect((judged.at(-1)!.upper - ahead) / 3.2905).toBeCloseTo(1, 0.5)
  })
  it('ARIMA with differences follows a line and a parabola', () => {
    const line = Array.from({ length: 80 }, (_, i) => 3 * i + 2)
    expect(judge(ARIMA_RESIDUAL, line, { p: 1, d: 1, q: 0 }).at(-1)!.expected).toBeCloseTo(line.at(-1)!, 1)
    const parabola = Array.from({ length: 80 }, (_, i) => i * i)
    expect(judge(ARIMA_RESIDUAL, parabola, { p: 1, d: 2, q: 0 }).at(-1)!.expected).toBeCloseTo(79 * 79, 0)
  })
  it.each([ISOLATION_FOREST, ONE_CLASS_SVM] as Method<object>[])(
    '$name: a planted outlier is the loudest, and its score is graded',
    (method) => {
      const planted = (size: number) => noise(500, 14).map((value, i) => (i === 450 ? size : value))
      const [small, large] = [3.5, 9].map((size) => judge(method, planted(size)))
      expect(Math.abs(loudest(large!, 300) - 451)).toBeLessThanOrEqual(1)
      const around = (judged: Judgement[]) => Math.max(...judged.slice(450, 453).map(({ score }) => score))
      expect(around(large!)).toBeGreaterThan(0.35)
      expect(around(large!)).toBeGreaterThanOrEqual(around(small!))
    },
  )
  it('the forest depends on its seed alone', () => {
    const run = (seed: number) => judge(ISOLATION_FOREST, noise(600, 1), { seed }).map(({ score }) => score)
    expect(run(5)).toEqual(run(5))
    expect(run(5)).not.toEqual(run(6))
  })
  it.each([SUBSPACE, DISCORD] as Method<object>[])(
    '$name: a shape that was never there, inside the usual range',
    (method) => {
      const values = plus(
        wave(800, 16),
        noise(800, 3).map((value) => value / 4),
      )
      for (let i = 640; i < 656; i++) values[i] = 10 * Math.abs(((i - 640) % 8) / 4 - 1) - 5
      const at = loudest(judge(method, values), 300)
      expect(at).toBeGreaterThanOrEqual(640)
      expect(at).toBeLessThan(675)
    },
  )
  it('discord: the distance is that of z-normalised stretches by definition', () => {
    const values = Float64Array.from(plus(wave(60, 13), noise(60, 2)))
    const shape = (from: number) => {
      const part = values.slice(from, from + 8)
      const mean = part.reduce((sum, value) => sum + value / 8, 0)
      const deviation = Math.sqrt(part.reduce((sum, value) => sum + (value - mean) ** 2 / 8, 0))
      return part.map((value) => (value - mean) / deviation)
    }
    const last = shape(52)
    const distances = Array.from({ length: 49 }, (_, from) =>
      Math.hypot(...shape(from).map((value, i) => value - last[i]!)),
    )
    expect(nearestShape(values, 8)).toBeCloseTo(Math.min(...distances), 9)
  })
  it('spectral residual: a spike in a wave', () => {
    const values = plus(
      wave(600, 25),
      noise(600, 8).map((value) => value / 5),
    )
    values[500]! += 15
    expect(loudest(judge(SPECTRAL_RESIDUAL, values), 300)).toBe(500)
  })
})

describe('counts and shares', () => {
  it('tails are those of scipy: nbinom.sf(8, 2, 2/5), poisson.cdf(1, 6), poisson.sf(13, 6)', () => {
    expect(tailSurprise(9, 3, 1 / 2, true)).toBeCloseTo(1.3338809148656334, 9)
    expect(tailSurprise(1, 6, 1e-9, false)).toBeCloseTo(1.7606688514052542, 9)
    expect(tailSurprise(14, 6, 1e-9, true)).toBeCloseTo(2.440273741684212, 9)
  })
  it('one of two is nothing, a thousand of two thousand is a catastrophe', () => {
    const random = createRandom(3)
    const poisson = (rate: number) => {
      let [count, product] = [0, random.next()]
      for (const floor = Math.exp(-rate); product > floor; count++) product *= random.next()
      return count
    }
    const few = Array.from({ length: 200 }, () => poisson(2))
    expect(judge(COUNTS, [...few, 1]).at(-1)!.score).toBeLessThan(0.3)
    const many = Array.from({ length: 200 }, () => 2000 + Math.round(45 * random.normal()))
    expect(judge(COUNTS, [...many, 1000]).at(-1)!.score).toBeGreaterThan(0.8)
    expect(alarms(judge(COUNTS, few)).length).toBeLessThan(3)
  })
  it('each hour has a rate of its own', () => {
    const values = Array.from({ length: 24 * 20 }, (_, i) => (i % 24 < 8 ? (i + Math.floor(i / 24)) % 2 : 40 + (i % 3)))
    const quiet = judge(COUNTS, [...values, 40], { period: 24 }).at(-1)!
    expect(quiet.score).toBeGreaterThan(0.5)
    expect(judge(COUNTS, [...values, 1], { period: 24 }).at(-1)!.score).toBeLessThan(0.4)
  })
  it('2 of 4 is not 2,000 of 4,000', () => {
    const random = createRandom(6)
    const at = (whole: number) =>
      Array.from({ length: 150 }, () => {
        const spread = Math.sqrt((0.9 * 0.1) / whole)
        const share = Math.min(1, Math.max(0, 0.9 + spread * random.normal()))
        return { part: Math.round(share * whole), whole }
      })
    const past = at(4000)
    expect(judge(RATIO, [...past, { part: 2, whole: 4 }]).at(-1)!.score).toBeLessThan(0.5)
    expect(judge(RATIO, [...past, { part: 2000, whole: 4000 }]).at(-1)!.score).toBeGreaterThan(0.9)
    expect(alarms(judge(RATIO, past)).length).toBeLessThan(3)
  })
  it('nonsense ratios are missing', () => {
    const nonsense = [
      { part: 3, whole: 2 },
      { part: -1, whole: 2 },
      { part: 0, whole: 0 },
      { part: Number.NaN, whole: 1 },
    ]
    for (const { expected, score } of judge(RATIO, nonsense)) expect([expected, score]).toEqual([0, 0])
  })
  it('a share shifts though the total does not, and the total moves though no share does', () => {
    const random = createRandom(5)
    const mix = (total: number, shares: number[]) =>
      shares.map((share) => Math.max(0, Math.round(total * share + Math.sqrt(total * share) * random.normal())))
    const past = Array.from({ length: 200 }, () => mix(1000, [0.6, 0.3, 0.1]))
    const after = (row: number[]) => judge(SHARE_SHIFT, [...past, row], { parts: 3 }).at(-1)!.score
    expect(after([500, 300, 200])).toBeGreaterThan(0.8)
    expect(after([1800, 900, 300])).toBeLessThan(0.5)
  })
})

describe('change, silence, sensors', () => {
  it.each([RUN_LENGTH, SEGMENTATION] as Method<object>[])(
    '$name: tells a planted shift soon, and little else',
    (method) => {
      const values = [...noise(300, 41), ...noise(100, 42).map((value) => value + 6)]
      const told = alarms(judge(method, values))
      expect(told.filter((i) => i >= 300 && i < 320).length).toBeGreaterThan(0)
      expect(told.filter((i) => i < 300).length).toBeLessThan(4)
    },
  )
  it('flat-line: a stuck sensor, not a quiet night', () => {
    const stuck = judge(FLAT_LINE, [...noise(200, 2), ...new Array(12).fill(0.5)])
    expect(alarms(stuck)[0]).toBeGreaterThan(201)
    expect(alarms(stuck).length).toBeGreaterThan(5)
    const nights = Array.from({ length: 480 }, (_, i) => (i % 24 < 8 ? 0 : Math.sin(i)))
    expect(alarms(judge(FLAT_LINE, nights).slice(30))).toEqual([])
  })
  it('flat-line: the surprise is that of the run by the share of equal neighbours', () => {
    // 100 values, one pair of them equal; then four repeats: the longest harmless run was 1.
    const values = [...Array.from({ length: 99 }, (_, i) => i * i), 98 * 98, 5, 5, 5, 5, 5]
    const chance = (1 + 3) / 104 + 1 / 106
    expect(judge(FLAT_LINE, values).at(-1)!.score).toBeCloseTo(scoreOf(-(4 - 1) * Math.log10(chance)), 2)
  })
  it('heartbeat: silence is judged when asked, and forgotten when the source returns', () => {
    const detector = createDetector(HEARTBEAT)
    const jitter = noise(60, 3)
    for (let i = 0; i < 60; i++) detector.update(i * 60_000 + 2000 * jitter[i]!, 1)
    const ask = (minutes: number) => detector.update((59 + minutes) * 60_000, Number.NaN).score
    expect(ask(1.2)).toBeLessThan(0.3)
    expect(ask(10)).toBeGreaterThan(0.5)
    expect(ask(60)).toBeGreaterThan(ask(10))
    detector.update(120 * 60_000, 1)
    expect(detector.update(120.5 * 60_000, Number.NaN).score).toBe(0)
  })
  it('pca: movements that sensors do not make together', () => {
    const random = createRandom(8)
    const together = (factor: number) => [
      factor + 0.1 * random.normal(),
      2 * factor + 0.1 * random.normal(),
      -factor + 0.1 * random.normal(),
    ]
    const rows = Array.from({ length: 500 }, () => together(random.normal()))
    // Each value is ordinary on its own; only the pair is not.
    const judged = judge(PCA, [...rows, [1, -2, -1]], { sensors: 3, train: 400 })
    expect(judged.at(-1)!.score).toBeGreaterThan(0.7)
    expect(alarms(judged.slice(400, 500)).length).toBeLessThan(5)
  })
  it('sensor levels: a fault lasts until the sensor returns, a drift is none', () => {
    const [a, b] = [noise(900, 5), noise(900, 6)]
    let drift = 0
    const rows = a.map((value, i) => {
      drift += 0.3 * b[i]!
      return [value + (i >= 500 && i < 700 ? 4 : 0), drift]
    })
    const told = alarms(judge(SENSOR_LEVELS, rows, { sensors: 2, train: 400 }))
    const within = told.filter((i) => i >= 500 && i < 715).length
    expect(within).toBeGreaterThan(180)
    expect(told.length - within).toBeLessThan(60)
  })
})
