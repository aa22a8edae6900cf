import { autoArima } from './arima.ts'
import { autoEts } from './ets.ts'
import { withSeasonsRemoved } from './seasons-removed.ts'
import { dynamicOptimisedTheta } from './theta.ts'
export const mstlArima = withSeasonsRemoved(autoArima, 'MSTL')
export const mstlEts = withSeasonsRemoved(autoEts, 'MSTL')
export const mstlTheta = withSeasonsRemoved(dynamicOptimisedTheta, 'MSTL')
