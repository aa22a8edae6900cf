export { type MixPart, type MixSplit, splitMix } from './mix.ts'
export { type Waterfall, type WaterfallBar, waterfall } from './waterfall.ts'
