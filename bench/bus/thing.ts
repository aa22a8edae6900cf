import { event } from '@bellwether/contract/event'
import { z } from 'zod'
import { busMigrations, createBus } from '../../server/src/platform/bus/index.ts'
import { uuidv7 } from '../../server/src/platform/ids/index.ts'
import { migrate } from '../../server/src/platform/storage/index.ts'
import { createLog } from '../../server/src/platform/telemetry/index.ts'
import { temporaryDatabase } from '../temporary-database.ts'

/** A fact of the size that a shop sends. */
export const OrderPlaced = event('bench.order-placed', 1, {
  summary: 'An order was placed',
  data: z.object({
    n: z.number(),
    order: z.string(),
    warehouse: z.string(),
    country: z.string(),
    amount: z.number(),
    currency: z.string(),
    lines: z.array(z.object({ sku: z.string(), quantity: z.number() })),
  }),
})

export const orderPlaced = (n: number) => ({
  key: `customer ${n % 997}`,
  data: {
    n,
    order: `order ${n}`,
    warehouse: 'Leipzig 2',
    country: 'BE',
    amount: 129.9,
    currency: 'EUR',
    lines: [
      { sku: 'SKU-0004711', quantity: 2 },
      { sku: 'SKU-0000815', quantity: 1 },
    ],
  },
})

/** The event log on a database of its own with durability on. */
export async function benchLog() {
  const database = await temporaryDatabase({ pool: 12 })
  await migrate(database.pool, [busMigrations])
  const log = createLog({ logLevel: 'warn' })
  const newBus = () =>
    createBus({ db: database.db, pool: database.pool, log, now: () => new Date(), newId: () => uuidv7() })
  return { ...database, newBus }
}
export type BenchLog = Awaited<ReturnType<typeof benchLog>>
