// Secrets and personal data never reach a log. Two nets: fields whose name says so, and text that looks like one. The
// second runs over the finished line, so it also covers messages, stacks and whatever a library chose to print.

export const MASKED = '[masked]'

/** Names that hold a secret or personal data, letters and digits only. */
const SECRET_NAME =
  /pass(word|wd|phrase|code)|pwd|secret|token|ticket|authorization|cookie|api_?key|credential|private_?key|signature|otp|recovery_?code|cvv|cvc|social_?security|ssn|iban|card_?number|e_?mail|phone|first_?name|last_?name|full_?name|birth/i
/** Names that only sound like one. */
const HARMLESS_NAME = /^(tokens|tokenCount|emailsSent|passwordMinimum)$/

const isSecretName = (name: string): boolean => SECRET_NAME.test(name.replaceAll('-', '_')) && !HARMLESS_NAME.test(name)

/** Deeper than this nothing is worth logging. */
const DEEPEST = 8

/** A copy without the values of fields whose name says they are secret. */
export function maskNames(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error || value instanceof Date) return value
  if (depth > DEEPEST) return '[deep]'
  if (Array.isArray(value)) return value.map((item) => maskNames(item, depth + 1))
  if (Buffer.isBuffer(value)) return `[${value.length} bytes]`
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [
      name,
      isSecretName(name) && held !== undefined ? MASKED : maskNames(held, depth + 1),
    ]),
  )
}

const NAMED =
  '(?:pass(?:word|wd|phrase|code)|pwd|secret|[\\w-]*token|ticket|[\\w-]*cookie|api[-_]?key|otp|cvv|cvc|ssn|recovery[-_ ]?code|client[-_]?secret|x-amz-signature|signature|sig)'

/** What a secret looks like; none of them may swallow a quote or backslash, so that the line stays JSON. */
const SHAPES: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z\d ]+-----[^"]*?(?:-----END [A-Z\d ]+-----|(?="))/g, MASKED],
  [/\botpauth:\/\/[^\s"\\]+/gi, MASKED],
  [/\beyJ[\w-]{5,}(?:\.[\w-]*){1,4}/g, MASKED],
  [/\b(?:bw|ghp|gho|ghu|ghs|ghr|github_pat|glpat|npm|sk_live|sk_test|rk_live|whsec)[_-][\w-]{8,}/g, MASKED],
  [/\b(?:sk-|xox[abeoprs]-|SG\.|hf_|dop_v1_|shpat_)[\w.-]{10,}/g, MASKED],
  [/\b(?:AKIA|ASIA)[A-Z\d]{16}\b/g, MASKED],
  [/\bAIza[\w-]{30,}/g, MASKED],
  [/\$(?:argon2(?:id|i|d)|2[aby]|scrypt|pbkdf2[\w-]*)\$[\w$./+=,-]+/g, MASKED],
  [/\b(Bearer|Basic|Digest|Negotiate|DPoP) +(?!\[masked)[\w.~+/=-]{6,}/gi, `$1 ${MASKED}`],
  [/:\/\/[^\s"\\/@]*:[^\s"\\/@]+@/g, `://${MASKED}@`],
  [/([?&;](?:code|state|key|email|access_key|auth)=)[^&\s"\\#]+/gi, `$1${MASKED}`],
  [
    new RegExp(
      `(${NAMED}["'\\\\]*\\s*[:=]\\s*(?:\\\\?["'])?)(?!\\[masked|null|undefined|true|false)[^\\s"'\\\\,;&}\\]]+`,
      'gi',
    ),
    `$1${MASKED}`,
  ],
  [/[\w.+%-]+@[\w-]+(?:\.[\w-]+)+/g, MASKED],
  [/(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])/g, MASKED],
  [/(?<![\w.])\+\d[\d ()-]{7,16}\d\b/g, MASKED],
]
const CARD = /(?<![\w.-])[3-6]\d{3}(?:[ -]?\d){10,15}(?![\w-])/g
const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,3})?\b/g

/** A log line without anything that looks like a secret. */
export function maskShapes(line: string): string {
  let text = line
  for (const [shape, instead] of SHAPES) text = text.replace(shape, instead)
  text = text.replace(CARD, (digits, at: number, whole: string) => {
    if (!isCard(digits)) return digits
    return /[:[,]/.test(whole[at - 1] ?? '') && /[,}\]]/.test(whole[at + digits.length] ?? '') ? '0' : MASKED
  })
  return text.replace(IBAN, (account) => (isIban(account) ? MASKED : account))
}

/** Luhn's check, which all payment cards pass and nine in ten other numbers do not. */
function isCard(text: string): boolean {
  const digits = text.replace(/\D/g, '')
  let sum = 0
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at])
    const twice = digit * 2
    sum += at % 2 === 0 ? digit : twice > 9 ? twice - 9 : twice
  }
  return sum % 10 === 0
}

/** ISO 13616: the number with its head moved to the end leaves 1 when divided by 97. */
function isIban(text: string): boolean {
  const account = text.replaceAll(' ', '')
  if (account.length < 15 || account.length > 34) return false
  let rest = 0
  for (const letter of account.slice(4) + account.slice(0, 4)) {
    const value = Number.parseInt(letter, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest === 1
}
