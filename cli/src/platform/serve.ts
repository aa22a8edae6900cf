import { Command } from 'commander'
import { runServer } from '../local.ts'

export const serveCommand = () =>
  new Command('serve')
    .description('run the server here, until Ctrl-C')
    .option('--port <number>', 'port to listen on')
    .option('--host <address>', 'address to listen on')
    .option('--data <folder>', 'folder for the database, keys and files')
    .option('--roles <list>', 'which parts this process runs, separated by commas')
    .action(async (options: Partial<Record<'port' | 'host' | 'data' | 'roles', string>>) => {
      const env = Object.entries(options).map(([name, value]) => [`BELLWETHER_${name.toUpperCase()}`, value] as const)
      process.exit(await runServer('main.ts', [], Object.fromEntries(env)))
    })
