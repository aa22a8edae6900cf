import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRandom } from '../random/index.ts'
import * as face from './index.ts'

type Case = [keyof typeof make, number[], number, number, number, number]
const at = (list: number[], i: number) => list[i] as number
const make = {
  normal: (a: number[]) => face.normal(at(a, 0), at(a, 1)),
  lognormal: (a: number[]) => face.lognormal(at(a, 0), at(a, 1)),
  studentT: (a: number[]) => face.studentT(at(a, 0)),
  fisherF: (a: number[]) => face.fisherF(at(a, 0), at(a, 1)),
  chiSquared: (a: number[]) => face.chiSquared(at(a, 0)),
  gamma: (a: number[]) => face.gamma(at(a, 0), at(a, 1)),
  beta: (a: number[]) => face.beta(at(a, 0), at(a, 1)),
  poisson: (a: number[]) => face.poisson(at(a, 0)),
  negativeBinomial: (a: number[]) => face.negativeBinomial(at(a, 0), at(a, 1)),
  binomial: (a: number[]) => face.binomial(at(a, 0), at(a, 1)),
  pert: (a: number[]) => face.pert(at(a, 0), at(a, 1), at(a, 2)),
  triangular: (a: number[]) => face.triangular(at(a, 0), at(a, 1), at(a, 2)),
}

/**
 * pdf (pmf for counts), cdf, sf by scipy.stats 1.17.1, for example `norm(1, 2).cdf(-9)`; the negative binomial of mean m
 * and size r is `nbinom(r, r / (r + m))`, PERT is `beta(1 + 4(c-a)/(b-a), 1 + 4(b-c)/(b-a), loc=a, scale=b-a)`.
 */
// biome-ignore format: a table
const SCIPY: Case[] = [
  ["normal", [1, 2], -9, 7.433597573671489e-07, 2.866515718791933e-07, 0.9999997133484281],
  ["normal", [1, 2], 0, 0.17603266338214973, 0.3085375387259869, 0.6914624612740131],
  ["normal", [1, 2], 1, 0.19947114020071635, 0.5, 0.5],
  ["normal", [1, 2], 2.5, 0.15056871607740221, 0.7733726476231317, 0.2266273523768682],
  ["normal", [1, 2], 15, 4.567360204182298e-12, 0.9999999999987201, 1.279812543885835e-12],
  ["lognormal", [0.5, 0.8], 0.1, 0.010785799279345922, 0.00022982501310415203, 0.9997701749868958],
  ["lognormal", [0.5, 0.8], 1.5, 0.330138835035249, 0.45296702869844013, 0.5470329713015598],
  ["lognormal", [0.5, 0.8], 20, 0.00019206375604878762, 0.9990947169259151, 0.0009052830740848364],
  ["studentT", [3], -8, 0.0007369065209469264, 0.002038288793892733, 0.9979617112061072],
  ["studentT", [3], -0.3, 0.34645357427454176, 0.3918816460199595, 0.6081183539800405],
  ["studentT", [3], 0.5, 0.3131809110088286, 0.6742760175759245, 0.3257239824240755],
  ["studentT", [3], 12, 0.00015308313075712676, 0.9993774920996054, 0.0006225079003946681],
  ["studentT", [250.5], -6, 1.8498092838210762e-08, 3.4359673030873284e-09, 0.9999999965640327],
  ["studentT", [250.5], 2, 0.05436376648192937, 0.9767100289953692, 0.023289971004630768],
  ["fisherF", [3, 17], 0.05, 0.44296099731079674, 0.015296477167741507, 0.9847035228322586],
  ["fisherF", [3, 17], 1, 0.425815801253677, 0.5832129799616272, 0.41678702003837276],
  ["fisherF", [3, 17], 4, 0.020728684746555124, 0.9747697735648746, 0.025230226435125413],
  ["fisherF", [3, 17], 40, 1.1839846011879315e-08, 0.9999999359187027, 6.408129726854316e-08],
  ["fisherF", [50, 2], 0.7, 0.4812029125844196, 0.24926310871872667, 0.7507368912812733],
  ["fisherF", [50, 2], 9, 0.011001224673383474, 0.895059639426506, 0.10494036057349394],
  ["chiSquared", [1], 0.01, 3.9695254747701174, 0.07965567455405799, 0.920344325445942],
  ["chiSquared", [1], 3.84, 0.029846887483060566, 0.9499564787512949, 0.05004352124870519],
  ["chiSquared", [40], 12, 6.2084365784049004e-06, 5.180168937011945e-06, 0.999994819831063],
  ["chiSquared", [40], 40, 0.044417658696042715, 0.5297427331607607, 0.4702572668392401],
  ["chiSquared", [40], 110, 6.231175436535378e-09, 0.9999999812153276, 1.878467232269286e-08],
  ["gamma", [0.3, 2], 0.001, 34.16448131325429, 0.11392541451789881, 0.8860745854821012],
  ["gamma", [0.3, 2], 1, 0.16468147110855227, 0.8138118046743924, 0.18618819532560735],
  ["gamma", [0.3, 2], 9, 0.000647883699939649, 0.998855996873431, 0.0011440031265690747],
  ["gamma", [900, 0.5], 400, 7.380896313899718e-05, 0.00027591344090745125, 0.9997240865590925],
  ["gamma", [900, 0.5], 451, 0.026475909917502337, 0.5309772726252109, 0.46902272737478923],
  ["gamma", [900, 0.5], 520, 1.1816998258074506e-06, 0.9999958150524462, 4.184947553788316e-06],
  ["beta", [0.5, 3], 0.001, 29.587090004303455, 0.05925318951594623, 0.9407468104840537],
  ["beta", [0.5, 3], 0.2, 1.3416407864998743, 0.733430296619931, 0.26656970338006897],
  ["beta", [0.5, 3], 0.95, 0.002404636762699585, 0.9999601823127446, 3.981768725535929e-05],
  ["beta", [800, 1200], 0.35, 0.0008043811962364346, 1.7562517586249855e-06, 0.9999982437482414],
  ["beta", [800, 1200], 0.401, 36.2321100958172, 0.5375619382756898, 0.46243806172430996],
  ["beta", [800, 1200], 0.45, 0.00132936141497724, 0.999996853136011, 3.1468639889347023e-06],
  ["poisson", [0.4], 0, 0.6703200460356393, 0.6703200460356394, 0.32967995396436056],
  ["poisson", [0.4], 1, 0.2681280184142557, 0.938448064449895, 0.061551935550105],
  ["poisson", [0.4], 5, 5.720064392837453e-05, 0.999995957316826, 4.0426831739592175e-06],
  ["poisson", [3000], 2700, 1.3870583222819435e-09, 1.3489356903640303e-08, 0.9999999865106431],
  ["poisson", [3000], 3001, 0.00728102687402362, 0.5121365908629367, 0.4878634091370633],
  ["poisson", [3000], 3300, 3.420784200627191e-09, 0.9999999669349952, 3.306500488009454e-08],
  ["negativeBinomial", [6, 1.5], 0, 0.0894427190999916, 0.0894427190999916, 0.9105572809000084],
  ["negativeBinomial", [6, 1.5], 3, 0.10017584539199058, 0.404281090331962, 0.595718909668038],
  ["negativeBinomial", [6, 1.5], 40, 8.563817923407923e-05, 0.9996374401570773, 0.00036255984292261754],
  ["negativeBinomial", [500, 80], 300, 6.212678701706196e-06, 7.039111508320201e-05, 0.9999296088849168],
  ["negativeBinomial", [500, 80], 510, 0.0064101032327215, 0.5833976227893047, 0.4166023772106952],
  ["negativeBinomial", [500, 80], 800, 4.574496097175965e-07, 0.9999920823925781, 7.917607421875586e-06],
  ["binomial", [12, 0.3], 0, 0.013841287200999995, 0.013841287201000013, 0.986158712799],
  ["binomial", [12, 0.3], 3, 0.23970042557999985, 0.4925157734350003, 0.5074842265649997],
  ["binomial", [12, 0.3], 11, 1.4880347999999997e-05, 0.999999468559, 5.314409999999998e-07],
  ["binomial", [4000, 0.97], 3800, 2.981892784391541e-12, 7.1100158407086724e-12, 0.99999999999289],
  ["binomial", [4000, 0.97], 3881, 0.0369419474335375, 0.5496375814236416, 0.45036241857635845],
  ["binomial", [4000, 0.97], 3920, 1.9036267356458663e-05, 0.9999653758539815, 3.462414601855562e-05],
  ["pert", [2, 3, 10], 2.1, 0.15568147482255143, 0.010564362491019328, 0.9894356375089807],
  ["pert", [2, 3, 10], 3.5, 0.30463829455829833, 0.420556923978162, 0.5794430760218379],
  ["pert", [2, 3, 10], 8, 0.009845158846817722, 0.9954949721503782, 0.0045050278496216465],
  ["triangular", [1, 2, 5], 1.2, 0.09999999999999998, 0.009999999999999995, 0.99],
  ["triangular", [1, 2, 5], 2, 0.5, 0.25, 0.75],
  ["triangular", [1, 2, 5], 4.5, 0.08333333333333333, 0.9791666666666666, 0.02083333333333337],
]

function near(actual: number, expected: number, tolerance = 1e-9) {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.abs(expected) + 1e-300)
}

test.each(SCIPY)('%s(%j) at %d', (name, parameters, x, pdf, cdf, upper) => {
  const distribution = make[name](parameters)
  near(distribution.pdf(x), pdf)
  near(distribution.cdf(x), cdf)
  near(distribution.upper(x), upper)
  const discrete = name === 'poisson' || name === 'negativeBinomial' || name === 'binomial'
  if (discrete) expect(distribution.quantile(distribution.cdf(x) * (1 - 1e-10))).toBe(x)
  else near(distribution.cdf(distribution.quantile(cdf)), cdf, 1e-8)
})

test('special functions against scipy.special 1.17.1', () => {
  const erfc = [1.8427007929497148, 0.6713732405408726, 0.004677734981047266, 2.0884875837625446e-45]
  ;[-1, 0.3, 2, 10].forEach((x, i) => {
    near(face.erfc(x), at(erfc, i), 1e-13)
  })
  near(face.erfc(25), 8.300172571196523e-274, 1e-12)
  const erf = [1.1283791670955127e-9, 0.22270258921047845, 0.5204998778130465, 0.9661051464753108]
  ;[1e-9, 0.2, 0.5, 1.5].forEach((x, i) => {
    near(face.erf(x), at(erf, i), 1e-14)
  })
  const logGamma = [18.42068073818021, 0.5723649429247, 1.428072326665388, 25.191221182738683, 12815504.569147611]
  ;[1e-8, 0.5, 3.7, 15, 1e6].forEach((x, i) => {
    near(face.logGamma(x), at(logGamma, i), 1e-13)
  })
  const quantiles = [-37.0470962993612, -7.034483825301131, -0.5244005127080409, 3.090232306167813]
  ;[1e-300, 1e-12, 0.3, 0.999].forEach((p, i) => {
    near(face.normalQuantile(p), at(quantiles, i), 1e-12)
  })
})

describe('samples follow their distribution', () => {
  const many: [keyof typeof make, number[]][] = [
    ['gamma', [0.3, 2]],
    ['gamma', [9, 1]],
    ['beta', [0.5, 3]],
    ['poisson', [0.4]],
    ['poisson', [47]],
    ['negativeBinomial', [6, 1.5]],
    ['binomial', [12, 0.3]],
    ['binomial', [400, 0.8]],
    ['pert', [2, 3, 10]],
    ['lognormal', [0.5, 0.8]],
    ['studentT', [5]],
    ['fisherF', [8, 12]],
    ['triangular', [1, 2, 5]],
  ]
  test.each(many)('%s(%j)', (name, parameters) => {
    const distribution = make[name](parameters)
    const random = createRandom(5)
    const n = 20_000
    const drawn = Float64Array.from({ length: n }, () => distribution.sample(random)).sort()
    // Kolmogorov–Smirnov at the true quantiles; 1.95/sqrt(n) is passed by chance once in a thousand.
    for (const p of [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99]) {
      const cut = distribution.quantile(p)
      const share = drawn.filter((x) => x <= cut).length / n
      expect(Math.abs(share - distribution.cdf(cut))).toBeLessThan(1.95 / Math.sqrt(n))
    }
    const mean = drawn.reduce((sum, x) => sum + x, 0) / n
    expect(Math.abs(mean - distribution.mean)).toBeLessThan(5 * Math.sqrt(distribution.variance / n))
  })
})

test('quantile and cdf are inverse, and cdf and upper add to one', () => {
  const p = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true })
  const shape = fc.double({ min: 0.5, max: 500, noNaN: true })
  fc.assert(
    fc.property(p, shape, shape, (probability, a, b) => {
      for (const d of [face.gamma(a, b), face.beta(a, b), face.fisherF(a, b), face.studentT(a)]) {
        const x = d.quantile(probability)
        expect(Number.isNaN(x)).toBe(false)
        expect(d.cdf(x) + d.upper(x)).toBeCloseTo(1, 9)
      }
      const counts = face.negativeBinomial(a, b)
      const k = counts.quantile(probability)
      expect(counts.cdf(k)).toBeGreaterThanOrEqual(probability)
      if (k > 0) expect(counts.cdf(k - 1)).toBeLessThan(probability)
    }),
    { numRuns: 60 },
  )
})

test('a NaN or impossible parameter is refused by name', () => {
  expect(() => face.normal(0, Number.NaN)).toThrow('deviation must be a positive finite number')
  expect(() => face.binomial(2.5, 0.1)).toThrow('trials must be a whole number')
  expect(() => face.poisson(-1)).toThrow('rate')
  expect(() => face.pert(1, 9, 3)).toThrow('likely')
  expect(() => face.normalQuantile(2)).toThrow('[0, 1]')
})

test('enormous parameters end with an answer', () => {
  expect(face.poisson(1e10).cdf(1e10)).toBeCloseTo(0.5, 4)
  expect(face.binomial(1e12, 0.5).cdf(5e11)).toBeCloseTo(0.5, 3)
  expect(face.chiSquared(1e300).cdf(1e300)).toBeCloseTo(0.5, 3)
})
