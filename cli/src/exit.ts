/** Exit codes, as docs/guide/command-line.md lists them. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  notAllowed: 4,
  notFound: 5,
  foundTrouble: 6,
} as const

/** Ends a command with words for a person and a code for a script. */
export class CommandFailed extends Error {
  readonly exit: number
  constructor(message: string, exit: number = EXIT.failed) {
    super(message)
    this.name = 'CommandFailed'
    this.exit = exit
  }
}
