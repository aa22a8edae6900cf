export {
  type MixPart,
  type MixSplit,
  splitMix,
  type Waterfall,
  type WaterfallBar,
  waterfall,
} from './contributions/index.ts'
export {
  type EffectOptions,
  type EffectQuestion,
  type InterventionEffect,
  interventionEffect,
  type Placebo,
} from './effect/index.ts'
export {
  type Attribution,
  type AttributionQuestion,
  attributeDeviation,
  type GraphEdge,
  rankShifts,
  type Shift,
} from './incident/index.ts'
export {
  adjustForDiscovery,
  type CrossCorrelation,
  conditionalLinks,
  type GrangerTest,
  grangerTest,
  type LaggedLink,
  type LinkOptions,
  type LinkReport,
  prewhitenedCorrelation,
} from './links/index.ts'
export {
  type Cause,
  type Dimension,
  type LeafTable,
  type Localisation,
  type LocaliseOptions,
  leafTable,
  localise,
  type Measure,
  type RatioMeasure,
  type SumMeasure,
} from './localise/index.ts'
