// The process: config → platform → app → listen → signals. JSON logs go to stdout, words for a person to stderr.
import { ConfigError } from './platform/config/index.ts'
import { StartError } from './platform/errors/index.ts'
import { type Running, serve } from './serve.ts'

/** Longer than any orderly end takes; after it the process goes anyway, and the next start cleans up. */
const STOP_WITHIN = 4_800

/** Milliseconds within which several signals are one. */
const ONE_WISH = 1000

const began = performance.now()
const say = (text: string): void => console.error(text)

let running: Running | undefined
let askedAt: number | undefined

async function stop(code: number): Promise<never> {
  setTimeout(() => process.exit(1), STOP_WITHIN).unref()
  await running?.stop()
  process.exit(code)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (askedAt !== undefined) {
      // Ctrl-C reaches every process of a terminal, and those above us pass it on: that is still one wish.
      if (performance.now() - askedAt > ONE_WISH) process.exit(130) // asked again: at once; the next start cleans up
      return
    }
    askedAt = performance.now()
    say('\nStopping …')
    if (running) void stop(0) // otherwise as soon as the start that is under way has finished
  })
}
process.on('uncaughtException', (error) => {
  console.log(
    JSON.stringify({
      level: 'fatal',
      time: new Date().toISOString(),
      msg: 'uncaught',
      err: { message: error.message, stack: error.stack },
    }),
  )
  say(`Bellwether stops: ${error.message}`)
  void stop(1)
})

try {
  running = await serve(process.env, (stage) => say(`  ${stage} …`))
  if (askedAt !== undefined) await stop(0)
  say(`\n  Bellwether is ready (${((performance.now() - began) / 1000).toFixed(1)} s)\n\n  Open      ${running.url}`)
  if (running.welcome) say(`  Sign in   ${running.welcome}   (once, within 24 hours)`)
  say('  Stop      Ctrl-C\n')
} catch (error) {
  if (!(error instanceof StartError || error instanceof ConfigError)) throw error
  say(`Bellwether cannot start: ${error.message}`)
  process.exit(1)
}
