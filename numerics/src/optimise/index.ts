export { type BfgsOptions, lbfgs } from './bfgs.ts'
export { goldenSection } from './golden-section.ts'
export type { Bounds, Minimum } from './minimum.ts'
export { type NelderMeadOptions, nelderMead } from './nelder-mead.ts'
