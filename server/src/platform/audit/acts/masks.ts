export const MASK = '[masked]'

const SECRET_WORDS = new Set(
  'password passwords passphrase passcode pwd secret secrets token tokens credential credentials authorization cookie cookies otp totp pin kek dek sealed signature'.split(
    ' ',
  ),
)
const SECRET_PAIRS = /apikey|privatekey|signingkey|sessionkey|recoverycode|backupcode|keyhash|bearer/
/** API keys, JSON Web Tokens, private keys and passwords in addresses, wherever they stand. */
const SECRET_TEXT = [
  /\bbw_[\w-]{8,}/g,
  /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /(?<=\b[a-z][a-z\d+.-]{1,20}:\/\/[^\s:/@]{0,100}:)[^\s@/]+(?=@)/gi,
]

/** Whether a field of this name holds a secret, whatever its spelling: `clientSecret`, `client_secret`, `CLIENT-SECRET`. */
export function namesSecret(name: string): boolean {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
  return words.some((word) => SECRET_WORDS.has(word)) || SECRET_PAIRS.test(words.join(''))
}

export const maskText = (text: string): string =>
  SECRET_TEXT.reduce((masked, secret) => masked.replace(secret, MASK), text)
