import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../random/index.ts'
import {
  addMoment,
  autocorrelation,
  createMoments,
  detectPeriods,
  fitExcesses,
  fitTail,
  kurtosisOf,
  median,
  mergeMoments,
  momentsOf,
  partialAutocorrelation,
  powerSpectrum,
  quantile,
  robustScale,
  robustSummary,
  skewnessOf,
  tailProbability,
  tailQuantile,
  transform,
  trimmedMean,
  varianceOf,
} from './index.ts'

// Worked by numpy 2, scipy and statsmodels: x.var(ddof=1), st.skew(x), st.kurtosis(x), np.quantile(x, p),
// st.median_abs_deviation(x, scale='normal'), st.iqr(x, scale='normal'), st.trim_mean(x, .2)
const X = [3.1, 4.7, 1.2, 9.9, 5.5, 2.8, 7.4, 3.3, 6.1, 4.4]
const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true })

describe('moments', () => {
  it('are those of scipy', () => {
    const moments = momentsOf(X)
    expect(moments.mean).toBeCloseTo(4.84, 12)
    expect(varianceOf(moments)).toBeCloseTo(6.356, 12)
    expect(skewnessOf(moments)).toBeCloseTo(0.6058674654701696, 12)
    expect(kurtosisOf(moments)).toBeCloseTo(-0.2224294307587198, 12)
  })
  it('of two parts merge into those of the whole', () => {
    fc.assert(
      fc.property(fc.array(finite, { maxLength: 20 }), fc.array(finite, { maxLength: 20 }), (a, b) => {
        const whole = momentsOf([...a, ...b])
        const merged = mergeMoments(momentsOf(a), momentsOf(b))
        expect(merged.count).toBe(whole.count)
        expect(merged.mean).toBeCloseTo(whole.mean, 4)
        const size = 1 + Math.abs(whole.m2)
        expect(Math.abs(merged.m2 - whole.m2) / size).toBeLessThan(1e-9)
      }),
    )
  })
  it('do not lose a small variance on a large mean', () => {
    expect(varianceOf(momentsOf([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]))).toBe(30)
  })
  it('do not count what is not finite, and answer 0 for nothing', () => {
    const moments = createMoments()
    addMoment(moments, Number.NaN)
    addMoment(moments, Number.POSITIVE_INFINITY)
    expect([moments.count, varianceOf(moments), skewnessOf(moments), kurtosisOf(moments)]).toEqual([0, 0, 0, 0])
  })
})

describe('order statistics', () => {
  it('are those of numpy and scipy', () => {
    expect([0.1, 0.25, 0.5, 0.9].map((p) => quantile(X, p))).toEqual(
      [2.64, 3.15, 4.55, 7.65].map((q) => expect.closeTo(q, 12)),
    )
    expect(robustSummary(X)?.mad).toBeCloseTo(2.2239033277584026, 9)
    expect(robustSummary(X)?.iqr).toBeCloseTo(2.0756431059078415, 9)
    expect(trimmedMean(X, 0.2)).toBeCloseTo(4.516666666666667, 12)
  })
  it('stand half a sample of nonsense', () => {
    const spoiled = [1, 2, 3, 4, 5, 1e300, 1e300, Number.NaN, -1e300]
    expect(median(spoiled)).toBe(3.5)
    expect(robustSummary([1, 2, 3, 1e300])?.mad).toBeLessThan(3)
  })
  it('have a spread above 0 for all but a constant', () => {
    expect(robustScale([5, 5, 5, 5, 5, 5, 9])).toBeGreaterThan(0)
    expect(robustScale([5, 5, 5])).toBe(0)
    expect([median([]), quantile([Number.NaN], 0.5), robustSummary([]), robustScale([])]).toEqual([
      undefined,
      undefined,
      undefined,
      0,
    ])
  })
  it('follow scale and shift', () => {
    const whole = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(whole, fc.integer({ min: 1, max: 9 }), fc.integer({ min: -99, max: 99 }), (values, a, b) => {
        const moved = values.map((value) => a * value + b)
        expect(median(moved)).toBeCloseTo(a * (median(values) as number) + b, 9)
        expect(robustScale(moved)).toBeCloseTo(a * robustScale(values), 9)
      }),
    )
  })
})

describe('the Fourier transform', () => {
  it('is the sum it is defined as, and comes back', () => {
    const n = 32
    const values = Float64Array.from({ length: n }, (_, i) => Math.sin(i) + (i % 5))
    const re = values.slice()
    const im = new Float64Array(n)
    transform(re, im)
    for (const f of [0, 1, 7, 16, 31]) {
      let [sumRe, sumIm] = [0, 0]
      values.forEach((value, i) => {
        sumRe += value * Math.cos((2 * Math.PI * f * i) / n)
        sumIm -= value * Math.sin((2 * Math.PI * f * i) / n)
      })
      expect(re[f]).toBeCloseTo(sumRe, 9)
      expect(im[f]).toBeCloseTo(sumIm, 9)
    }
    transform(re, im, true)
    re.forEach((value, i) => {
      expect(value / n).toBeCloseTo(values[i]!, 12)
    })
  })
  it('keeps the energy (Parseval)', () => {
    const values = Float64Array.from({ length: 64 }, (_, i) => ((i * 37) % 11) - 5)
    const spectrum = powerSpectrum(values)
    const energy = values.reduce((sum, value) => sum + value * value, 0)
    const both = spectrum.reduce((sum, power, f) => sum + (f === 0 || f === 32 ? power : 2 * power), 0)
    expect(both / 64).toBeCloseTo(energy, 6)
  })
  it('refuses lengths that are no power of two', () => {
    expect(() => transform(new Float64Array(6), new Float64Array(6))).toThrow(/power-of-two length, got 6/)
  })
})

describe('autocorrelation', () => {
  const y = Float64Array.from({ length: 40 }, (_, i) => Math.sin(i * 0.7) + ((i * 37) % 11) / 11)
  it('is that of statsmodels: acf(y, nlags=5), pacf(y, nlags=5, method="ldb")', () => {
    const acf = [
      1, 0.5880504997336476, 0.09401456276486819, -0.3286018627036222, -0.7867677683054608, -0.7066978577674471,
    ]
    const pacf = [
      1, 0.5880504997336478, -0.3848825012458243, -0.3209029020387366, -0.7189938092726192, -0.03389084674632337,
    ]
    expect(Array.from(autocorrelation(y, 5))).toEqual(acf.map((value) => expect.closeTo(value, 12)))
    expect(Array.from(partialAutocorrelation(y, 5))).toEqual(pacf.map((value) => expect.closeTo(value, 10)))
  })
  it('is the same by sums and by transform', () => {
    const long = Float64Array.from({ length: 600 }, (_, i) => Math.sin(i / 9) + ((i * 7919) % 101) / 50)
    const few = autocorrelation(long, 3)
    expect(Array.from(autocorrelation(long, 599).subarray(0, 4))).toEqual(
      Array.from(few).map((value) => expect.closeTo(value, 10)),
    )
  })
  it('is defined for constants, gaps, giants and nothing', () => {
    expect(Array.from(autocorrelation([3, 3, 3], 2))).toEqual([1, 0, 0])
    expect(Array.from(autocorrelation([], 2))).toEqual([1])
    for (const value of autocorrelation([1e300, -1e300, 1e300, Number.NaN, 1e300])) expect(value).not.toBeNaN()
  })
})

describe('period detection', () => {
  const noisy = (n: number, wave: (i: number) => number, noise: number) => {
    const random = createRandom(7)
    return Float64Array.from({ length: n }, (_, i) => wave(i) + noise * random.normal())
  }
  it('finds day and week in hours', () => {
    const wave = (i: number) => Math.sin((i * 2 * Math.PI) / 24) + 0.7 * Math.sin((i * 2 * Math.PI) / 168) + i / 500
    const found = detectPeriods(noisy(1500, wave, 0.5)).map(({ length }) => length)
    expect(found).toContain(24)
    expect(found.some((length) => Math.abs(length - 168) <= 3)).toBe(true)
  })
  it('finds a spiky period, not its harmonics', () => {
    const found = detectPeriods(noisy(400, (i) => (i % 12 === 3 ? 5 : 0), 0.3))
    expect(found[0]?.length).toBe(12)
  })
  it('finds none in noise, in a random walk, in a line, in too little', () => {
    let walk = 0
    expect(detectPeriods(noisy(500, () => 0, 1))).toEqual([])
    const random = createRandom(4)
    const walked = Float64Array.from({ length: 500 }, () => {
      walk += random.normal()
      return walk
    })
    expect(detectPeriods(walked).every(({ length }) => length > 60)).toBe(true)
    expect(detectPeriods(Float64Array.from({ length: 500 }, (_, i) => i))).toEqual([])
    expect(detectPeriods([1, 2, 1, 2])).toEqual([])
    expect(detectPeriods(new Float64Array(100).fill(Number.NaN))).toEqual([])
    expect(detectPeriods(Float64Array.from({ length: 64 }, (_, i) => (i % 2 ? 1e300 : -1e300)))).toBeDefined()
  })
})

describe('the tail', () => {
  it('is that of scipy: genpareto.fit(g, floc=0)', () => {
    const g = Float64Array.from({ length: 400 }, (_, i) => {
      const u = (((i * 7919) % 1000) + 0.5) / 1000
      return (3 / 0.25) * ((1 - u) ** -0.25 - 1)
    })
    const { shape, scale } = fitExcesses(g)
    expect(shape).toBeCloseTo(0.24739649207845324, 3)
    expect(scale).toBeCloseTo(3.0171813930749343, 2)
  })
  it('is exponential for an exponential sample, and quantile is the inverse of probability', () => {
    const values = Float64Array.from({ length: 5000 }, (_, i) => -Math.log(1 - (i + 0.5) / 5000))
    const tail = fitTail(values, 0.95)!
    expect(Math.abs(tail.shape)).toBeLessThan(0.05)
    expect(tailProbability(tail, Math.log(1000))).toBeCloseTo(0.001, 4)
    for (const p of [0.01, 1e-4, 1e-8]) expect(tailProbability(tail, tailQuantile(tail, p))).toBeCloseTo(p, 12)
  })
  it('never answers 0 or NaN', () => {
    expect(fitTail([])).toBeUndefined()
    expect(fitExcesses([])).toEqual({ shape: 0, scale: 0 })
    const constant = fitTail([4, 4, 4, 4])!
    expect(tailProbability(constant, 5)).toBeGreaterThan(0)
    expect(tailProbability(constant, 4)).not.toBeNaN()
  })
})
