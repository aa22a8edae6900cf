/** In-place radix-2 transform (Cooley–Tukey); the length must be a power of two. `inverse` leaves out the division by n. */
export function transform(re: Float64Array, im: Float64Array, inverse = false): void {
  const n = re.length
  if (n === 0 || (n & (n - 1)) !== 0 || im.length !== n) {
    throw new RangeError(`a Fourier transform needs two arrays of one power-of-two length, got ${n} and ${im.length}`)
  }
  reverseBits(re, im)
  const sign = inverse ? 1 : -1
  for (let size = 2; size <= n; size *= 2) {
    const half = size / 2
    for (let k = 0; k < half; k++) {
      // The angle is computed afresh for each k: a running product loses digits on long series.
      const angle = (sign * 2 * Math.PI * k) / size
      butterflies(re, im, k, size, Math.cos(angle), Math.sin(angle))
    }
  }
}

function butterflies(re: Float64Array, im: Float64Array, k: number, size: number, c: number, s: number): void {
  const half = size / 2
  for (let i = k; i < re.length; i += size) {
    const j = i + half
    const tr = (re[j] as number) * c - (im[j] as number) * s
    const ti = (re[j] as number) * s + (im[j] as number) * c
    re[j] = (re[i] as number) - tr
    im[j] = (im[i] as number) - ti
    re[i] = (re[i] as number) + tr
    im[i] = (im[i] as number) + ti
  }
}

function reverseBits(re: Float64Array, im: Float64Array): void {
  const n = re.length
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1
    for (; j & bit; bit >>= 1) j ^= bit
    j ^= bit
    if (i >= j) continue
    const r = re[i] as number
    const m = im[i] as number
    re[i] = re[j] as number
    im[i] = im[j] as number
    re[j] = r
    im[j] = m
  }
}

export function nextPowerOfTwo(n: number): number {
  let size = 1
  while (size < n) size *= 2
  return size
}

/** |X(f)|² for f = 0…n/2 of the values zero-padded to a power of two. */
export function powerSpectrum(values: ArrayLike<number>): Float64Array {
  const size = nextPowerOfTwo(Math.max(1, values.length))
  const re = new Float64Array(size)
  const im = new Float64Array(size)
  re.set(values)
  transform(re, im)
  return Float64Array.from({ length: size / 2 + 1 }, (_, f) => (re[f] as number) ** 2 + (im[f] as number) ** 2)
}
