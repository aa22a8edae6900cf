/** Who or what a flag is evaluated for. `targetingKey` decides a percentage, stickily. */
export interface FlagContext {
  targetingKey: string
  [attribute: string]: unknown
}

export interface Flags {
  isOn(key: string, context: FlagContext, otherwise: boolean): Promise<boolean>
  variant(key: string, context: FlagContext, otherwise: string): Promise<string>
}
