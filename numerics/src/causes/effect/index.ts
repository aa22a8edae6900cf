export type { EffectQuestion } from './design.ts'
export { type EffectOptions, type InterventionEffect, interventionEffect, type Placebo } from './intervention-effect.ts'
