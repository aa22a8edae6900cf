export interface CachePut {
  seconds: number
  /** Dropped together by `dropTags`. */
  tags?: readonly string[]
}

export interface Cache {
  get<T>(key: string): Promise<T | undefined>
  set(key: string, value: unknown, put: CachePut): Promise<void>
  /** The cached value, or what `load` gives; many callers at once make one load. */
  through<T>(key: string, put: CachePut, load: () => Promise<T>): Promise<T>
  drop(key: string): Promise<void>
  dropTags(tags: readonly string[]): Promise<void>
  close(): Promise<void>
}
