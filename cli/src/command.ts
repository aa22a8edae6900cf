import type { Command } from 'commander'
import { type Client, createClient } from './client.ts'

export interface Globals {
  json: boolean
  url: string
}

export const globalsOf = (command: Command): Globals => command.optsWithGlobals<Globals>()

export const jsonOf = (command: Command): Pick<Globals, 'json'> => ({ json: globalsOf(command).json })

/** The client for the installation that the options or the environment name. */
export const clientOf = (command: Command): Client =>
  createClient(globalsOf(command).url, process.env.BELLWETHER_TOKEN || undefined)
