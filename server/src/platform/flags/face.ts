/** Who or what a flag is evaluated for. `targetingKey` decides a percentage, stickily. */
export interface FlagContext {
  targetingKey: string
  [attribute: string]: unknown
}

export interface Flags {
  /** Whether a boolean flag is on for somebody; `otherwise` when there is no such flag. */
  isOn(key: string, context: FlagContext, otherwise: boolean): Promise<boolean>
  /** Name of the variant somebody gets; `otherwise` when there is no such flag, or none for them. */
  variant(key: string, context: FlagContext, otherwise: string): Promise<string>
  start(): Promise<() => Promise<void>>
}
