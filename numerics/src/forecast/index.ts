export {
  coverage,
  type Interval,
  mase,
  msis,
  owa,
  pinball,
  rmsse,
  seasonalNaiveError,
  smape,
} from './accuracy.ts'
export { arimaOf, autoArima } from './arima.ts'
export type { ArimaOrder } from './arima-fit.ts'
export { autoregression, autoregressionOf, logAutoregression } from './autoregression.ts'
export { type Backtest, backtest, backtestError, backtestErrors, originsOf } from './backtest.ts'
export type { BudgetOptions } from './budget.ts'
export { type CalendarEffect, calendarTerms, fourierTerms, naturalPeriods } from './calendar.ts'
export { complexSmoothing } from './ces.ts'
export { croston, isIntermittent, teunter } from './croston.ts'
export { doubleSeasonal } from './double-season.ts'
export { ForecastCancelledError, ForecastInputError } from './errors.ts'
export { autoEts, dampedHolt, etsOf, holt, simpleSmoothing } from './ets.ts'
export type { EtsForm } from './ets-filter.ts'
export { type Forecast, type ForecastOptions, forecast, type TriedMethod } from './forecast.ts'
export { forecastHierarchy, type HierarchyOptions } from './forecast-hierarchy.ts'
export { type Node, type NodeForecast, type Reconciliation, reconcile, summingMatrix } from './hierarchy.ts'
export type { IntervalKind } from './intervals.ts'
export { type LstmOptions, lstmOf } from './lstm.ts'
export type { Fitted, Method, Series } from './model.ts'
export { drift, longSeasonalNaive, naive, naive2, seasonalNaive } from './naive.ts'
export { poolFor } from './pool.ts'
export { regression } from './regression.ts'
export { isSeasonal } from './seasonality.ts'
export { withSeasonsRemoved } from './seasons-removed.ts'
export { dynamicOptimisedTheta, dynamicTheta, optimisedTheta, theta } from './theta.ts'
