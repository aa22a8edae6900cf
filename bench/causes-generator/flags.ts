/** Value of `--name VALUE` or `--name=VALUE` on the command line. */
export function flagValue(name: string): string | undefined {
  const words = process.argv.slice(2)
  const at = words.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`))
  const word = words[at]
  if (at < 0 || word === undefined) return undefined
  return word.includes('=') ? word.slice(word.indexOf('=') + 1) : words[at + 1]
}
