export type { Place, Secrets } from './face.ts'
