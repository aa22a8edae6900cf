import pino from 'pino'
import type { Config } from '../config/index.ts'
import { currentContext } from './context.ts'
import { maskNames, maskShapes } from './mask.ts'
import { currentTraceparent } from './traces.ts'

export type Log = pino.Logger

/** Takes finished lines, each ending in a line feed. */
export interface LogSink {
  write(line: string): void
}

/** JSON lines on stdout, each with the correlation id of the work it belongs to, without secrets or personal data. */
export function createLog(config: Pick<Config, 'logLevel'>, sink: LogSink = process.stdout): Log {
  return pino(
    {
      level: config.logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => maskNames(fields) as Record<string, unknown>,
      },
      mixin: () => {
        const context = currentContext()
        if (!context) return {}
        const traceId = currentTraceparent()?.slice(3, 35)
        return { correlationId: context.correlationId, ...(traceId ? { traceId } : {}) }
      },
    },
    { write: (line) => sink.write(maskShapes(line)) },
  )
}
