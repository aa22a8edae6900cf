import { afterAll, expect, test } from 'vitest'
import { createWorkers } from './index.ts'

const workers = createWorkers({ threads: 1 })
afterAll(() => workers.close())
const task = (name: string, input?: unknown) => ({
  module: new URL('./testdata/tasks.ts', import.meta.url),
  name,
  input,
})

test('a task runs on another thread and tells its progress', async () => {
  const progress: unknown[] = []
  const result = await workers.run(task('total', new Float64Array([1, 2, 3.5])), {
    onProgress: (done, stage) => progress.push([done, stage]),
  })
  expect(result).toBe(6.5)
  expect(progress).toEqual([[0.5, 'adding']])
})

test('even a task that never yields is cancelled, and the next one runs', async () => {
  const abort = new AbortController()
  const endless = workers.run(task('endless'), { signal: abort.signal, onProgress: () => abort.abort() })
  await expect(endless).rejects.toMatchObject({ code: 'unavailable', message: 'the calculation was cancelled' })
  expect(await workers.run(task('total', new Float64Array([1])))).toBe(1)
})

test('what a task throws reaches the caller', async () => {
  await expect(workers.run(task('broken'))).rejects.toThrow('no data')
  await expect(workers.run(task('absent'))).rejects.toThrow('exports no task "absent"')
})
