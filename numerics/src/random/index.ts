export { createRandom, type Random, restoreRandom } from './random.ts'
