export { autocorrelation, partialAutocorrelation } from './autocorrelation.ts'
export { nextPowerOfTwo, powerSpectrum, transform } from './fourier.ts'
export {
  addMoment,
  createMoments,
  kurtosisOf,
  type Moments,
  mergeMoments,
  momentsOf,
  skewnessOf,
  varianceOf,
} from './moments.ts'
export {
  median,
  quantile,
  quantileSorted,
  type RobustSummary,
  robustScale,
  robustSummary,
  sorted,
  trimmedMean,
} from './order.ts'
export { detectPeriods, type Period } from './period.ts'
export { fitExcesses, fitTail, type Tail, tailProbability, tailQuantile } from './tail.ts'
