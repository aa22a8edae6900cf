// `npm test`: sets up a fresh clone and runs everything.
import { setUp } from './setup.mjs'

await setUp()
await import('./check.mjs')
