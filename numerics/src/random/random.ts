/**
 * A seeded source of chance: the same seed gives the same numbers on every machine, so a forest, a simulation or a
 * bench can be repeated to the last bit. xoshiro128** (Blackman & Vigna 2018, period 2^128 − 1), seeded by splitmix32.
 * Not for secrets.
 */
export interface Random {
  /** Uniform in [0, 1) with 53 random bits. */
  next(): number
  /** Uniform 32-bit unsigned integer. */
  uint32(): number
  /** Uniform integer in [0, below), without modulo bias. */
  integer(below: number): number
  /** Standard normal. Keeps no spare value, so that `save()` is the whole state. */
  normal(): number
  /** Exponential with mean 1. */
  exponential(): number
  /** Fisher–Yates in place; returns what it was given. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T
  /** `count` distinct integers of [0, below), in random order. */
  sample(below: number, count: number): Int32Array
  /** An independent stream; use one per tree, series or case so that their order does not matter. */
  fork(): Random
  /** The four words that `restoreRandom` continues from. */
  save(): Uint32Array
}

const TWO_POW_32 = 4294967296
const TWO_POW_53 = 9007199254740992

export function createRandom(seed: number): Random {
  if (!Number.isFinite(seed)) throw new RangeError(`seed must be a finite number, got ${seed}`)
  // Both halves of the double count, so that seeds above 2^32 and fractions differ too.
  const halves = new Uint32Array(new Float64Array([seed]).buffer)
  let mix =
    Number.isInteger(seed) && seed >= 0 && seed < TWO_POW_32 ? seed : scramble(halves[0] ?? 0) ^ (halves[1] ?? 0)
  const words = new Uint32Array(4)
  for (let i = 0; i < 4; i++) {
    mix = (mix + 0x9e3779b9) | 0
    words[i] = scramble(mix)
  }
  return restoreRandom(words)
}

/** Finaliser of splitmix32: a bijection that spreads close seeds far apart. */
function scramble(value: number): number {
  let z = value
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
  return (z ^ (z >>> 15)) >>> 0
}

export function restoreRandom(state: Uint32Array): Random {
  if (state.length !== 4 || !state.some((word) => word !== 0)) {
    throw new RangeError('random state must be four words, not all zero')
  }
  const uint32 = xoshiro(state)
  const next = () => ((uint32() >>> 5) * 67108864 + (uint32() >>> 6)) / TWO_POW_53
  const integer = (below: number) => boundedInteger(uint32, next, below)
  return {
    next,
    uint32,
    integer,
    normal: () => polarNormal(next),
    exponential: () => -Math.log1p(-next()),
    shuffle: (items) => shuffleWith(integer, items),
    sample: (below, count) => sampleWith(integer, below, count),
    fork: () => restoreRandom(Uint32Array.from([scramble(uint32()), uint32(), uint32(), uint32() | 1])),
    save: () => uint32.state(),
  }
}

function xoshiro(state: Uint32Array): { (): number; state(): Uint32Array } {
  let a = (state[0] as number) | 0
  let b = (state[1] as number) | 0
  let c = (state[2] as number) | 0
  let d = (state[3] as number) | 0
  function uint32(): number {
    const five = Math.imul(b, 5)
    const result = Math.imul((five << 7) | (five >>> 25), 9) >>> 0
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = (d << 11) | (d >>> 21)
    return result
  }
  uint32.state = () => Uint32Array.from([a, b, c, d])
  return uint32
}

function boundedInteger(uint32: () => number, next: () => number, below: number): number {
  if (!(below >= 1) || !Number.isSafeInteger(below)) {
    throw new RangeError(`integer(below) needs a positive integer, got ${below}`)
  }
  if (below > TWO_POW_32) return Math.floor(next() * below)
  // Rejects the incomplete last block of 2^32, else small values would come up more often.
  const limit = TWO_POW_32 - (TWO_POW_32 % below)
  let value = uint32()
  while (value >= limit) value = uint32()
  return value % below
}

function polarNormal(next: () => number): number {
  for (;;) {
    const x = 2 * next() - 1
    const y = 2 * next() - 1
    const square = x * x + y * y
    if (square < 1 && square > 0) return x * Math.sqrt((-2 * Math.log(square)) / square)
  }
}

function shuffleWith<T extends { length: number; [index: number]: unknown }>(
  integer: (n: number) => number,
  items: T,
): T {
  for (let i = items.length - 1; i > 0; i--) {
    const j = integer(i + 1)
    const held = items[i]
    items[i] = items[j]
    items[j] = held
  }
  return items
}

function sampleWith(integer: (n: number) => number, below: number, count: number): Int32Array {
  if (count > below) throw new RangeError(`cannot take ${count} distinct integers below ${below}`)
  const chosen = new Int32Array(count)
  // Partial shuffle through a map of the moved positions only: cheap when `count` is far below `below`.
  const moved = new Map<number, number>()
  for (let i = 0; i < count; i++) {
    const j = i + integer(below - i)
    chosen[i] = moved.get(j) ?? j
    moved.set(j, moved.get(i) ?? i)
  }
  return chosen
}
