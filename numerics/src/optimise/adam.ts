export interface AdamOptions {
  readonly rate?: number
  /** Gradients longer than this are shortened to it; recurrent nets explode otherwise. */
  readonly longest?: number
}

/** Adam (Kingma and Ba 2015): changes `point` in place against each gradient it is given. */
export function createAdam(size: number, { rate = 0.001, longest = Number.POSITIVE_INFINITY }: AdamOptions = {}) {
  const first = new Float64Array(size)
  const second = new Float64Array(size)
  let power1 = 1
  let power2 = 1
  return {
    step(point: Float64Array, gradient: Float64Array): void {
      power1 *= 0.9
      power2 *= 0.999
      let length = 0
      for (let i = 0; i < size; i++) length += (gradient[i] as number) ** 2
      length = Math.sqrt(length)
      // a gradient that is not a number teaches nothing and would stay in the averages for ever
      if (!(length < Number.POSITIVE_INFINITY)) return
      const shrink = length > longest ? longest / length : 1
      for (let i = 0; i < size; i++) {
        const g = shrink * (gradient[i] as number)
        first[i] = 0.9 * (first[i] as number) + 0.1 * g
        second[i] = 0.999 * (second[i] as number) + 0.001 * g * g
        const mean = (first[i] as number) / (1 - power1)
        const spread = Math.sqrt((second[i] as number) / (1 - power2))
        point[i] = (point[i] as number) - (rate * mean) / (spread + 1e-8)
      }
    },
  }
}
