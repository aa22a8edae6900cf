export type { FlagContext, Flags } from './face.ts'
