import { beta } from './continuous.ts'
import type { Distribution } from './distribution.ts'
import { finite } from './domain.ts'

function ordered(least: number, most: number): number {
  finite('least', least)
  finite('most', most)
  if (!(least < most)) throw new RangeError(`least must be below most, got ${least} and ${most}`)
  return most - least
}

export function uniform(least: number, most: number): Distribution {
  const width = ordered(least, most)
  const portion = (x: number) => Math.min(1, Math.max(0, (x - least) / width))
  return {
    mean: (least + most) / 2,
    variance: (width * width) / 12,
    pdf: (x) => (x >= least && x <= most ? 1 / width : 0),
    cdf: portion,
    upper: (x) => 1 - portion(x),
    quantile: (p) => least + width * p,
    sample: (random) => least + width * random.next(),
  }
}

export function triangular(least: number, likely: number, most: number): Distribution {
  const width = ordered(least, most)
  inside(least, likely, most)
  const turn = (likely - least) / width
  const portion = (x: number) => Math.min(1, Math.max(0, (x - least) / width))
  const cdf = (x: number) => {
    const y = portion(x)
    if (y <= turn) return turn === 0 ? 0 : (y * y) / turn
    return 1 - ((1 - y) * (1 - y)) / (1 - turn)
  }
  const quantile = (p: number) =>
    least + width * (p <= turn ? Math.sqrt(p * turn) : 1 - Math.sqrt((1 - p) * (1 - turn)))
  return {
    mean: (least + likely + most) / 3,
    variance: (width * width * (1 - turn + turn * turn)) / 18,
    pdf: (x) => {
      if (x < least || x > most) return 0
      const y = portion(x)
      return (2 / width) * (y < turn ? y / turn : turn === 1 ? 1 : (1 - y) / (1 - turn))
    },
    cdf,
    upper: (x) => 1 - cdf(x),
    quantile,
    sample: (random) => quantile(random.next()),
  }
}

/**
 * PERT: a beta stretched over [least, most] whose mean is (least + weight·likely + most) / (weight + 2); the usual
 * weight of 4 is the three-point estimate of project planning.
 */
export function pert(least: number, likely: number, most: number, weight = 4): Distribution {
  const width = ordered(least, most)
  inside(least, likely, most)
  const shares = beta(1 + (weight * (likely - least)) / width, 1 + (weight * (most - likely)) / width)
  const portion = (x: number) => (x - least) / width
  return {
    mean: least + width * shares.mean,
    variance: width * width * shares.variance,
    pdf: (x) => shares.pdf(portion(x)) / width,
    cdf: (x) => shares.cdf(portion(x)),
    upper: (x) => shares.upper(portion(x)),
    quantile: (p) => least + width * shares.quantile(p),
    sample: (random) => least + width * shares.sample(random),
  }
}

function inside(least: number, likely: number, most: number): void {
  if (!(likely >= least && likely <= most)) {
    throw new RangeError(`the likely value must lie in [${least}, ${most}], got ${likely}`)
  }
}
