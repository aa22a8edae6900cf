import pino from 'pino'
import type { Config } from '../config/index.ts'
import { currentContext } from './context.ts'

export type Log = pino.Logger

/** JSON lines on stdout, each with the correlation id of the work it belongs to. */
export function createLog(config: Pick<Config, 'logLevel'>): Log {
  return pino({
    level: config.logLevel,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    mixin: () => {
      const context = currentContext()
      return context ? { correlationId: context.correlationId } : {}
    },
  })
}
