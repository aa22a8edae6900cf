export { type Attribution, type AttributionQuestion, attributeDeviation, type GraphEdge } from './attribution.ts'
export { rankShifts, type Shift } from './shift-ranking.ts'
