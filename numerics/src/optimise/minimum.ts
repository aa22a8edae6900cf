/** What every minimiser gives back: the best point it saw, never a worse one than its start. */
export interface Minimum {
  readonly point: Float64Array
  readonly value: number
  readonly evaluations: number
  readonly converged: boolean
}

export interface Bounds {
  readonly lower?: ArrayLike<number>
  readonly upper?: ArrayLike<number>
}

/** A function that is not defined somewhere counts as infinitely bad there, so that no search can end in NaN. */
export const defined = (value: number) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value)

export function clampInto(point: Float64Array, { lower, upper }: Bounds): Float64Array {
  for (let i = 0; i < point.length; i++) {
    if (lower && !((point[i] as number) >= (lower[i] as number))) point[i] = lower[i] as number
    if (upper && !((point[i] as number) <= (upper[i] as number))) point[i] = upper[i] as number
  }
  return point
}
