import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { CommandFailed, EXIT } from './exit.ts'

const server = join(dirname(dirname(import.meta.dirname)), 'server', 'src')

/** Runs the server program itself in this terminal and ends as it ends. */
export function runServer(
  entry: 'main.ts',
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(server, entry), ...args], {
      stdio: 'inherit',
      env: { ...process.env, ...env },
    })
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

/**
 * Asks the server program something that needs its data rather than a running server. It answers in lines of JSON:
 * any number of `{"progress": …}` and a last `{"result": …}` or `{"error": …}`.
 */
export async function askServer<T>(
  args: readonly string[],
  onProgress: (text: string) => void = () => undefined,
): Promise<T> {
  const child = spawn(process.execPath, [join(server, 'admin.ts'), ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let last: { result?: T; error?: string } = {}
  let rest = ''
  for await (const chunk of child.stdout) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines.filter((text) => text.startsWith('{'))) {
      const message = JSON.parse(line) as { progress?: string; result?: T; error?: string }
      if (message.progress !== undefined) onProgress(message.progress)
      else last = message
    }
  }
  if (last.error !== undefined) throw new CommandFailed(last.error)
  if (!('result' in last)) throw new CommandFailed('the server program ended without an answer', EXIT.failed)
  return last.result as T
}
