// One span around each request, statement, fact and job. Nothing is made and nothing sent unless a collector is named,
// because then `tracer` stays undefined and `traced` is one comparison.
import {
  type Attributes,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { currentContext } from './context.ts'

let tracer: Tracer | undefined

/** `00-<trace>-<span>-<flags>` of https://www.w3.org/TR/trace-context/, version 00 only; all-zero ids are invalid. */
const TRACEPARENT = /^00-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})$/

export const isTracing = (): boolean => tracer !== undefined
export const isTraceparent = (text: string): boolean => TRACEPARENT.test(text)

export interface TracingOptions {
  /** Base address of a collector; spans go to its `/v1/traces`. */
  url: string
  version: string
  /** Milliseconds between two deliveries. */
  everyMs?: number
}

/** Begins to export spans; the stop sends what is left. Tracing is one thing per process, as OpenTelemetry has it. */
export function startTracing({ url, version, everyMs = 5000 }: TracingOptions): () => Promise<void> {
  const processor = new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({ url: collectorUrl(url), timeoutMillis: 5000 }),
    scheduledDelayMillis: everyMs,
  })
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'bellwether', 'service.version': version }),
    spanProcessors: [processor],
  })
  const contexts = new AsyncLocalStorageContextManager().enable()
  context.setGlobalContextManager(contexts)
  tracer = provider.getTracer('bellwether', version)
  return async () => {
    tracer = undefined
    context.disable()
    propagation.disable()
    await provider.shutdown()
  }
}

const collectorUrl = (url: string): string => (new URL(url).pathname === '/' ? new URL('/v1/traces', url).href : url)

export interface SpanOptions {
  kind?: 'server' | 'client' | 'producer' | 'consumer'
  /** Trace context the work arrived with; the active span is the parent otherwise. */
  from?: string | undefined
}
const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const

/** Runs `work` as a span: its time, and whether it failed. Attributes must hold no personal data. */
export async function traced<T>(
  name: string,
  attributes: Attributes,
  work: (span?: Span) => Promise<T> | T,
  { kind, from }: SpanOptions = {},
): Promise<T> {
  if (!tracer) return work()
  const parent = from ? remote(from) : context.active()
  const span = tracer.startSpan(name, { attributes, kind: kind ? KINDS[kind] : SpanKind.INTERNAL }, parent)
  try {
    return await context.with(trace.setSpan(parent, span), () => work(span))
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'failed' })
    throw error
  } finally {
    span.end()
  }
}

/** Trace context to hand on with a fact, a job or a call: of the active span, else the one the work arrived with. */
export function currentTraceparent(): string | undefined {
  const span = tracer && trace.getSpanContext(context.active())
  if (!span) return currentContext()?.traceparent
  return `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, '0')}`
}

function remote(traceparent: string) {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? []
  if (!traceId || !spanId) return context.active()
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags ?? '01', 16) & 1,
    isRemote: true,
  })
}
