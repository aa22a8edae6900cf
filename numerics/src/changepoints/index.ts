export {
  bayesianChangePoints,
  beginRunLengths,
  type RunLengthOptions,
  type RunLengthUpdate,
  runLengthSize,
  updateRunLengths,
} from './bocpd.ts'
export { type ChangePointOptions, changePoints } from './change-points.ts'
export {
  type CostModel,
  jointly,
  lineAndVariance,
  lineResidual,
  meanAndVariance,
  meanResidual,
  meanShift,
  poissonRate,
  type SegmentCost,
} from './costs.ts'
export { binarySegmentation, pelt, type SegmentationLimits } from './pelt.ts'
