import { statfs } from 'node:fs/promises'
import type { HealthCheck } from './face.ts'

const MEGABYTE = 1024 ** 2
/** Below this a person should look; below the second the database will soon refuse to write. */
const LITTLE = 2048
const NONE_LEFT = 128

/** Whether the disk under a folder has room. */
export function diskCheck(folder: string): HealthCheck {
  return async () => {
    const { bavail, bsize } = await statfs(folder)
    return judgeRoom((bavail * bsize) / MEGABYTE, folder)
  }
}

/** `free` in megabytes. */
export function judgeRoom(free: number, folder: string): { degraded: string } | undefined {
  const left = `${Math.round(free)} MB are left on the disk of ${folder}`
  if (free < NONE_LEFT) throw new Error(`${left}: make room now, the database is about to stop writing`)
  return free < LITTLE ? { degraded: `${left}: make room before the database runs out of it` } : undefined
}
