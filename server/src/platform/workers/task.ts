// Runs on a worker thread: loads the named function and hands it its input and a way to tell progress.
import type { MessagePort } from 'node:worker_threads'

/** What a module for workers exports: pure input to output; cancelling ends the thread, so it holds no resource. */
export type Task<Input, Output> = (
  input: Input,
  progress: (done: number, stage?: string) => void,
) => Output | Promise<Output>

interface Assignment {
  module: string
  name: string
  input: unknown
  port: MessagePort
}

export async function runTask({ module, name, input, port }: Assignment): Promise<unknown> {
  const tasks = (await import(module)) as Record<string, Task<unknown, unknown> | undefined>
  const task = tasks[name]
  if (!task) throw new Error(`${module} exports no task "${name}"`)
  const result = await task(input, (done, stage) => port.postMessage({ done, stage }))
  port.close()
  return result
}
