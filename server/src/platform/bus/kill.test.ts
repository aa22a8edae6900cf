import { expect, test } from 'vitest'
import { createTestDatabase } from '../../testing.ts'
import { killRounds } from './testdata/kill-rounds.ts'

test('kill -9 under load, five times: nothing acknowledged is lost, repeated or out of order', async () => {
  const database = await createTestDatabase()
  try {
    const report = await killRounds({ ...database, rounds: 5, load: [150, 500] })
    expect(report).toMatchObject({ rounds: 5, lost: 0, deadLetters: 0, repeated: 0, inversions: 0 })
    expect(report.acknowledged).toBeGreaterThan(100)
    expect(report.handled).toBeGreaterThanOrEqual(report.acknowledged)
  } finally {
    await database.close()
  }
}, 60_000)
