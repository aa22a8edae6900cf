/** Where a secret lives. Bound into the ciphertext: moved to another row or field it no longer opens. */
export interface Place {
  table: string
  row: string
  field: string
}

export interface Secrets {
  seal(place: Place, plain: string): Promise<string>
  open(place: Place, sealed: string): Promise<string>
}
