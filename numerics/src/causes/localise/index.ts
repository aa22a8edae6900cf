export { type Cause, type Localisation, type LocaliseOptions, localise } from './localise.ts'
export type { Measure, RatioMeasure, SumMeasure } from './measures.ts'
export { type Dimension, type LeafTable, leafTable } from './table.ts'
