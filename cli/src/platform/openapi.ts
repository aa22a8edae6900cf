import { writeFileSync } from 'node:fs'
import { Command } from 'commander'
import { askServer } from '../local.ts'
import { say } from '../terminal.ts'

export const openapiCommand = () =>
  new Command('openapi')
    .description('the OpenAPI 3.1 document of this version (needs no running server)')
    .option('--events', 'the AsyncAPI 3 document of events and sockets instead')
    .option('-o, --output <file>', 'write it to a file')
    .action(async ({ output, events }: { output?: string; events?: boolean }) => {
      const text = JSON.stringify(await askServer([events ? 'asyncapi' : 'openapi']), undefined, 2)
      if (!output) return console.log(text)
      writeFileSync(output, `${text}\n`)
      say(`Written to ${output}.`)
    })
