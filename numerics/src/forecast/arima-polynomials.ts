/** Lags with a coefficient; seasonal products are sparse, so zeros are not stored. */
export interface Lags {
  readonly lags: Int32Array
  readonly weights: Float64Array
}

/** Coefficients of 1 − a₁B − a₂B² … whose roots lie outside the unit circle, from any numbers: Monahan (1984). */
export function stationary(free: ArrayLike<number>): Float64Array {
  const order = free.length
  const a = new Float64Array(order)
  const before = new Float64Array(order)
  for (let k = 0; k < order; k++) {
    const partial = Math.tanh(free[k] as number)
    before.set(a)
    a[k] = partial
    for (let j = 0; j < k; j++) a[j] = (before[j] as number) - partial * (before[k - 1 - j] as number)
  }
  return a
}

/** Product of 1 − Σ a_j B^j and 1 − Σ b_j B^(j·period), again as weights on lags 1, 2, … */
export function seasonalProduct(a: Float64Array, b: Float64Array, period: number): Float64Array {
  const product = new Float64Array(a.length + b.length * period)
  product.set(a)
  b.forEach((weight, j) => {
    const at = (j + 1) * period - 1
    product[at] = (product[at] as number) + weight
    a.forEach((own, i) => {
      product[at + i + 1] = (product[at + i + 1] as number) - weight * own
    })
  })
  return product
}

/** Weights on past values of (1 − B)^d (1 − B^period)^D y = 0. */
export function integration(d: number, seasonal: number, period: number): Float64Array {
  const one = Float64Array.of(1)
  let product = new Float64Array(0)
  for (let k = 0; k < d; k++) product = seasonalProduct(product, one, 1) as Float64Array<ArrayBuffer>
  for (let k = 0; k < seasonal; k++) product = seasonalProduct(product, one, period) as Float64Array<ArrayBuffer>
  return product
}

export function sparse(dense: Float64Array): Lags {
  const lags: number[] = []
  dense.forEach((weight, i) => {
    if (weight !== 0) lags.push(i + 1)
  })
  return { lags: Int32Array.from(lags), weights: Float64Array.from(lags, (lag) => dense[lag - 1] as number) }
}

export function difference(values: Float64Array, lag: number): Float64Array {
  return values.slice(Math.min(lag, values.length)).map((value, i) => value - (values[i] as number))
}

/** ψ weights: the effect of one error on values 0, 1, 2 … steps later. */
export function impulses(ar: Lags, ma: Lags, count: number): Float64Array {
  const psi = new Float64Array(count)
  for (let t = 0; t < count; t++) {
    let sum = t === 0 ? 1 : 0
    for (let k = 0; k < ar.lags.length; k++) {
      const lag = ar.lags[k] as number
      if (lag <= t) sum += (ar.weights[k] as number) * (psi[t - lag] as number)
    }
    for (let k = 0; k < ma.lags.length; k++) if (ma.lags[k] === t) sum += ma.weights[k] as number
    psi[t] = sum
  }
  return psi
}
