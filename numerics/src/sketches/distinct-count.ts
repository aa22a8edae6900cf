/**
 * How many different things were there? HyperLogLog (Flajolet et al. 2007) with 64-bit hashes, so that no correction for large counts is
 * needed, and the estimator of Ertl (2017), which has no bias from the smallest to the largest counts. 2^precision bytes; standard error 1.04/√(2^precision).
 */
export interface DistinctCount {
  readonly precision: number
  add(item: string): void
  estimate(): number
  /** The union's counter: merging is exact. */
  merge(other: DistinctCount): void
  save(): Uint8Array
}

export function createDistinctCount(precision = 12): DistinctCount {
  if (!(Number.isInteger(precision) && precision >= 4 && precision <= 16)) {
    throw new RangeError(`precision must be a whole number in 4…16, got ${precision}`)
  }
  return restoreDistinctCount(new Uint8Array(2 ** precision))
}

/** Continues from saved registers. */
export function restoreDistinctCount(saved: Uint8Array): DistinctCount {
  const precision = Math.log2(saved.length)
  if (!(Number.isInteger(precision) && precision >= 4 && precision <= 16)) {
    throw new RangeError(`registers must be 2^4…2^16 bytes, got ${saved.length}`)
  }
  const registers = saved.slice()
  return {
    precision,
    add(item) {
      const [high, low] = hash64(item)
      const register = high >>> (32 - precision)
      // The bits after the register's own: the rest of `high`, then `low`.
      const rest = (high << precision) >>> 0
      const rank = rest !== 0 ? Math.clz32(rest) + 1 : 32 - precision + Math.clz32(low) + 1
      if (rank > (registers[register] as number)) registers[register] = rank
    },
    estimate: () => estimate(registers, 64 - precision),
    merge(other) {
      const theirs = other.save()
      if (theirs.length !== registers.length) {
        throw new RangeError(`counters of precision ${precision} and ${other.precision} do not merge`)
      }
      theirs.forEach((rank, i) => {
        if (rank > (registers[i] as number)) registers[i] = rank
      })
    },
    save: () => registers.slice(),
  }
}

/** Two mixed 32-bit words of the string's UTF-16 units (a MurmurHash3-like pair with different seeds; not for secrets). */
function hash64(text: string): [number, number] {
  let a = 0x9747b28c
  let b = 0x3c6ef372
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ unit, 0xcc9e2d51)
    a = (a << 13) | (a >>> 19)
    b = Math.imul(b ^ unit, 0x1b873593)
    b = (b << 15) | (b >>> 17)
  }
  a ^= text.length
  b ^= Math.imul(a, 0x85ebca6b)
  return [finish(a ^ Math.imul(b, 0xc2b2ae35)), finish(b)]
}

function finish(word: number): number {
  let h = word
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** Ertl's improved raw estimator over the histogram of register values. */
function estimate(registers: Uint8Array, bits: number): number {
  const m = registers.length
  const histogram = new Float64Array(bits + 2)
  for (const rank of registers) histogram[rank] = (histogram[rank] as number) + 1
  let z = m * tau(1 - (histogram[bits + 1] as number) / m)
  for (let k = bits; k >= 1; k--) z = (z + (histogram[k] as number)) / 2
  z += m * sigma((histogram[0] as number) / m)
  return Number.isFinite(z) ? (m * m) / (2 * Math.LN2 * z) : 0
}

function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY
  let [x, y, z] = [share, 1, share]
  for (let before = -1; z !== before; ) {
    x *= x
    before = z
    z += x * y
    y += y
  }
  return z
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0
  let [x, y, z] = [share, 1, 1 - share]
  for (let before = -1; z !== before; ) {
    x = Math.sqrt(x)
    before = z
    y /= 2
    z -= (1 - x) * (1 - x) * y
  }
  return z / 3
}
