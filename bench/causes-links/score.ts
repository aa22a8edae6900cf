import type { TrueLink } from './generator.ts'

export type Place = readonly [from: number, to: number, lag: number]

/** What one method says of one system. */
export interface Verdict {
  /** Places whose p is at most 0.05, for the rate of false positives. */
  below: Place[]
  /** Places believed after false-discovery control at 0.05. */
  believed: Place[]
}

const placeKey = (place: Place) => place.join()
const pairKey = ([from, to]: Place) => `${from},${to}`

export class LinkTally {
  places = { hits: 0, named: 0, wanted: 0 }
  pairs = { hits: 0, named: 0, wanted: 0 }
  falseBelow = 0
  free = 0
  rightLag = 0
  milliseconds: number[] = []

  add({ below, believed }: Verdict, links: readonly TrueLink[], placesInAll: number): void {
    const truth = links.map(({ from, to, lag }): Place => [from, to, lag])
    const real = new Set(truth.map(placeKey))
    this.falseBelow += below.filter((place) => !real.has(placeKey(place))).length
    this.free += placesInAll - real.size
    count(this.places, believed.map(placeKey), truth.map(placeKey))
    count(this.pairs, believed.map(pairKey), truth.map(pairKey))
    const named = new Set(believed.map(pairKey))
    const exact = new Set(believed.map(placeKey))
    this.rightLag += truth.filter((place) => named.has(pairKey(place)) && exact.has(placeKey(place))).length
  }

  figures() {
    return {
      f1: f1(this.places),
      pairF1: f1(this.pairs),
      falsePositives: round(this.falseBelow / (this.free || 1)),
      exactLag: round(this.rightLag / (this.pairs.hits || 1)),
      recall: round(this.places.hits / (this.places.wanted || 1)),
      precision: round(this.places.hits / (this.places.named || 1)),
    }
  }
}

function count(into: { hits: number; named: number; wanted: number }, named: string[], wanted: string[]): void {
  const said = new Set(named)
  into.named += said.size
  into.wanted += wanted.length
  into.hits += wanted.filter((key) => said.has(key)).length
}

const f1 = ({ hits, named, wanted }: LinkTally['places']) => round((2 * hits) / (named + wanted || 1))
const round = (value: number) => Math.round(value * 1000) / 1000
