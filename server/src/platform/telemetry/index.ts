export { currentContext, runIn, type WorkContext } from './context.ts'
export { createLog, type Log, type LogSink } from './log.ts'
export { createMetrics, type MetricSpec, type Metrics } from './metrics.ts'
export { traceStatements } from './statements.ts'
export {
  currentTraceparent,
  isTraceparent,
  isTracing,
  type SpanOptions,
  startTracing,
  type TracingOptions,
  traced,
} from './traces.ts'
