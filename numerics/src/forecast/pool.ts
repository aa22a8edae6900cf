import { autoArima } from './arima.ts'
import { autoregressionOf } from './autoregression.ts'
import { complexSmoothing } from './ces.ts'
import { croston, isIntermittent, teunter } from './croston.ts'
import { doubleSeasonal } from './double-season.ts'
import { autoEts, simpleSmoothing } from './ets.ts'
import type { Method, Series } from './model.ts'
import { longSeasonalNaive, naive, seasonalNaive } from './naive.ts'
import { regression } from './regression.ts'
import { withSeasonsRemoved } from './seasons-removed.ts'
import { dynamicOptimisedTheta } from './theta.ts'

/** What is worth trying on a series of this nature, the cheapest first so that a short budget still buys a combination. */
export function poolFor({ values, periods, exogenous = [] }: Series): readonly Method[] {
  if (isIntermittent(values)) return [seasonalNaive, simpleSmoothing, croston, teunter]
  return [
    seasonalNaive,
    ...(exogenous.length > 0 ? [regression] : []),
    ...(periods.length > 1 ? [longSeasonalNaive] : []),
    dynamicOptimisedTheta,
    autoregressionOf({ log: true }),
    autoregressionOf(),
    autoregressionOf({ log: true, differenced: true }),
    complexSmoothing,
    ...(periods.length > 1 ? [doubleSeasonal] : []),
    // neither ETS nor ARIMA carry so long a season themselves
    ...((periods[0] ?? 1) > 24 ? [withSeasonsRemoved(dynamicOptimisedTheta, 'MSTL')] : []),
    autoEts,
    autoArima,
    ...(values.length < 4 ? [naive] : []),
  ]
}
