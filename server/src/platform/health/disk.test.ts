import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { diskCheck, judgeRoom } from './disk.ts'

test('little room is told before none is left', () => {
  expect(judgeRoom(50_000, '/data')).toBeUndefined()
  expect(judgeRoom(900.4, '/data')).toEqual({
    degraded: '900 MB are left on the disk of /data: make room before the database runs out of it',
  })
  expect(() => judgeRoom(100, '/data')).toThrow('100 MB are left on the disk of /data: make room now')
})

test('a real disk is looked at, and a folder that is gone counts as down', async () => {
  await expect(diskCheck(tmpdir())()).resolves.not.toThrow()
  await expect(diskCheck('/nowhere/at/all')()).rejects.toThrow('ENOENT')
})
