export { type CacheParts, createCache } from './cache.ts'
export type { Cache, CachePut } from './face.ts'
export { connectRedis } from './redis.ts'
