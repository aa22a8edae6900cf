export interface CachePut {
  /** At most a day. */
  seconds: number
  /** Dropped together by `dropTags`. */
  tags?: readonly string[]
}

export interface Cache {
  get<T>(key: string): Promise<T | undefined>
  set(key: string, value: unknown, put: CachePut): Promise<void>
  /**
   * The cached value, or what `load` gives; many callers at once make one load. What was loaded while one of its tags
   * was dropped is answered but not kept.
   */
  through<T>(key: string, put: CachePut, load: () => Promise<T>): Promise<T>
  drop(key: string): Promise<void>
  dropTags(tags: readonly string[]): Promise<void>
  /** Throws when the cache cannot be reached. */
  check(): Promise<void>
  close(): Promise<void>
}

/**
 * What an engine stores: text with the moment its making began. A tag remembers the moment it was last dropped; a text
 * is good while none of its tags was dropped after that.
 */
export interface Engine {
  /** The moment now, on the engine's own clock of drops. */
  moment(): Promise<number>
  read(key: string): Promise<string | undefined>
  write(key: string, text: string, put: { seconds: number; tags: readonly string[]; moment: number }): Promise<void>
  drop(key: string): Promise<void>
  dropTags(tags: readonly string[]): Promise<void>
  /** Runs `load` while nobody else of any process does; undefined when somebody else did meanwhile. */
  alone?<T>(key: string, load: () => Promise<T>): Promise<T | undefined>
  check(): Promise<void>
  close(): Promise<void>
}
