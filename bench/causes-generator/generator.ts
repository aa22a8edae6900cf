// Noisy incidents over several dimensions whose true causes are known, made from a seed so that anyone can make the same.
import { createRandom, type Random } from '../../numerics/src/random/index.ts'

export interface GeneratedCase {
  seed: number
  names: string[]
  rows: string[][]
  real: Float64Array
  expected: Float64Array
  causes: Record<string, string>[]
  noise: number
}

/** 10 × 20 × 25 × 20 and 10 × 10 × 10 × 10 × 10: 100,000 leaves each. */
const SHAPES = [
  [10, 20, 25, 20],
  [10, 10, 10, 10, 10],
]
const NAMES = ['country', 'carrier', 'site', 'product', 'channel']

/**
 * One case. Leaf sizes are Weibull with shape 0.5 to 1 (a few large, many small) and up to a quarter are empty. Forecasts
 * are off by up to 25 % (normal, the same for all leaves of a case), in real or in expected with equal chance; half of the
 * cases have the counting noise of whole numbers on top. One to five causes, none inside another, each over 1 to all of
 * the dimensions, move their leaves by 20 to 100 % beyond the noise, each leaf by its own up to 10 % more or less.
 */
export function generateCase(seed: number): GeneratedCase {
  const random = createRandom(seed)
  const sizes = SHAPES[random.integer(SHAPES.length)] as number[]
  const names = NAMES.slice(0, sizes.length)
  const codes = allCodes(sizes)
  const noise = 0.25 * random.next()
  const { real, expected } = quietDay(random, codes.length, { noise, counted: random.next() < 0.5 })
  const rising = random.next() < 0.5
  const chosen = chooseCauses(random, sizes, (pattern) => hasVolume(codes, pattern, expected))
  for (const pattern of chosen) {
    const severity = noise + 0.2 + 0.8 * random.next()
    const spread = 0.1 * random.next()
    // A rise is a fall of what was expected, so that both directions are equally hard.
    const [from, to] = rising ? [real, expected] : [expected, real]
    codes.forEach((code, i) => {
      if (!matches(pattern, code)) return
      to[i] = Math.max(0, (from[i] as number) * (1 - severity - spread * random.normal()))
    })
  }
  const label = (dimension: number, value: number) => `${names[dimension]}-${value}`
  return {
    seed,
    names,
    rows: codes.map((code) => code.map((value, dimension) => label(dimension, value))),
    real,
    expected,
    causes: chosen.map((pattern) => Object.fromEntries(pattern.map(([d, v]) => [names[d], label(d, v)]))),
    noise,
  }
}

type Pattern = [dimension: number, value: number][]

function allCodes(sizes: readonly number[]): number[][] {
  return sizes.reduce<number[][]>(
    (codes, size) => codes.flatMap((code) => Array.from({ length: size }, (_, value) => [...code, value])),
    [[]],
  )
}

const matches = (pattern: Pattern, code: readonly number[]) => pattern.every(([d, value]) => code[d] === value)

function quietDay(random: Random, leaves: number, { noise, counted }: { noise: number; counted: boolean }) {
  const shape = 0.5 + 0.5 * random.next()
  const empty = 0.25 * random.next()
  const real = new Float64Array(leaves)
  const expected = new Float64Array(leaves)
  for (let i = 0; i < leaves; i++) {
    const size = random.next() < empty ? 0 : 100 * random.exponential() ** (1 / shape)
    let strayed = Math.max(0, size * (1 + noise * random.normal()))
    if (counted) strayed = Math.max(0, Math.round(strayed + Math.sqrt(strayed) * random.normal()))
    const realStrays = random.next() < 0.5
    real[i] = realStrays ? strayed : size
    expected[i] = realStrays ? size : strayed
  }
  return { real, expected }
}

/** Patterns that share no leaf: any two differ in a dimension both name. */
function chooseCauses(random: Random, sizes: readonly number[], worthy: (pattern: Pattern) => boolean): Pattern[] {
  const chosen: Pattern[] = []
  const wanted = 1 + random.integer(5)
  for (let tries = 0; chosen.length < wanted && tries < 1000; tries++) {
    const depth = 1 + random.integer(sizes.length)
    const dimensions = [...random.sample(sizes.length, depth)].sort((a, b) => a - b)
    const pattern: Pattern = dimensions.map((d) => [d, random.integer(sizes[d] as number)])
    const apart = chosen.every((other) => other.some(([d, v]) => pattern.some(([e, w]) => e === d && w !== v)))
    if (apart && worthy(pattern)) chosen.push(pattern)
  }
  return chosen
}

/** A cause without volume leaves no trace and could not be found by anyone. */
function hasVolume(codes: readonly number[][], pattern: Pattern, expected: Float64Array): boolean {
  return codes.some((code, i) => (expected[i] as number) > 0 && matches(pattern, code))
}
