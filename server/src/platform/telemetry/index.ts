export { currentContext, runIn, type WorkContext } from './context.ts'
export { createLog, type Log } from './log.ts'
