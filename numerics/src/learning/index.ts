export type { Columns } from './binning.ts'
export { type Calibration, calibrated, calibrateIsotonic, calibratePlatt, isotonicFit } from './calibration.ts'
export {
  type BoostingOptions,
  type GradientBoosting,
  predictBoosting,
  trainBoostedClassifier,
  trainBoostedRegressor,
} from './gradient-boosting.ts'
export { permutationImportance } from './importance.ts'
export { type LogisticOptions, type LogisticRegression, predictLogistic, trainLogistic } from './logistic-regression.ts'
export {
  auroc,
  averagePrecision,
  brierScore,
  calibrationError,
  logLoss,
  type PrecisionRecallPoint,
  precisionRecall,
} from './measures.ts'
export {
  type ForestOptions,
  predictForest,
  type RandomForest,
  trainForestClassifier,
  trainForestRegressor,
} from './random-forest.ts'
