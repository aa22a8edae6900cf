// Seeded systems of series that drive each other, with the driving links known.
import { createRandom, type Random } from '../../numerics/src/random/index.ts'

export interface TrueLink {
  from: number
  to: number
  lag: number
  weight: number
}

export interface DrivenSystem {
  seed: number
  series: Float64Array[]
  links: TrueLink[]
}

const SERIES = 10
const LENGTH = 500
const BURN_IN = 500
const MOST_LAG = 5
const DRIVERS = 2
const CHILDREN_OF_A_DRIVER = 3
const FURTHER_LINKS = 5

/**
 * Ten series of 500 steps. Each remembers its own last step by 0.3 to 0.9. Two of them are common drivers of three others
 * each, at different lags 1 to 5, and five further links join random pairs; weights 0.15 to 0.45 of either sign, normal
 * noise. A system that would grow without bound is drawn again.
 */
export function generateSystem(seed: number): DrivenSystem {
  const random = createRandom(seed)
  for (;;) {
    const memory = Array.from({ length: SERIES }, () => 0.3 + 0.6 * random.next())
    const links = drawLinks(random)
    const series = simulate(random, memory, links)
    if (series) return { seed, series, links }
  }
}

function drawLinks(random: Random): TrueLink[] {
  const links: TrueLink[] = []
  const add = (from: number, to: number) => {
    if (from === to || links.some((link) => link.from === from && link.to === to)) return
    const weight = (0.15 + 0.3 * random.next()) * (random.next() < 0.5 ? -1 : 1)
    links.push({ from, to, lag: 1 + random.integer(MOST_LAG), weight })
  }
  const [...drivers] = random.sample(SERIES, DRIVERS)
  for (const driver of drivers) {
    for (const child of random.sample(SERIES, CHILDREN_OF_A_DRIVER + 1)) add(driver, child)
  }
  for (let k = 0; k < FURTHER_LINKS; k++) add(random.integer(SERIES), random.integer(SERIES))
  return links
}

function simulate(random: Random, memory: readonly number[], links: readonly TrueLink[]): Float64Array[] | undefined {
  const all = memory.map(() => new Float64Array(BURN_IN + LENGTH))
  for (let t = MOST_LAG; t < BURN_IN + LENGTH; t++) {
    for (let i = 0; i < SERIES; i++) {
      const own = all[i] as Float64Array
      own[t] = (memory[i] as number) * (own[t - 1] as number) + random.normal()
    }
    for (const { from, to, lag, weight } of links) {
      const target = all[to] as Float64Array
      target[t] = (target[t] as number) + weight * ((all[from] as Float64Array)[t - lag] as number)
    }
    if (all.some((values) => Math.abs(values[t] as number) > 100)) return undefined
  }
  return all.map((values) => values.slice(BURN_IN))
}
