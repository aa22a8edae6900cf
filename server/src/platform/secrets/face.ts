/** Where a secret lives. Bound into the ciphertext: moved to another row or field it no longer opens. */
export interface Place {
  table: string
  row: string
  field: string
}

export interface Secrets {
  /** Seal before you open a transaction: the first secret of a table and month writes its data key. */
  seal(place: Place, plain: string): Promise<string>
  open(place: Place, sealed: string): Promise<string>
  /** Takes a new key-encryption key into use and wraps every data key with it; ciphertexts stay as they are. */
  rotate(): Promise<{ kek: string; rewrapped: number }>
  /** Which key-encryption key is in use, since when, and when the next is due. */
  state(): Promise<{ kek: string; source: 'environment' | 'file'; since: Date; due: Date }>
  /** Checks that the keys at hand open what the database holds, ends an interrupted rotation, rotates when due. */
  start(): Promise<() => Promise<void>>
}
