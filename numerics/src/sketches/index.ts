export { createDistinctCount, type DistinctCount, restoreDistinctCount } from './distinct-count.ts'
export { extremes, largestTriangles } from './downsample.ts'
export {
  createQuantileSketch,
  type QuantileSketch,
  type QuantileSketchState,
  restoreQuantileSketch,
} from './quantile-sketch.ts'
