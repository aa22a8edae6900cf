export type { Cache, CachePut } from './face.ts'
