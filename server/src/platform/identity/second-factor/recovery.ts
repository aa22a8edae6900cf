import { randomInt } from 'node:crypto'

const CODES = 10
const GROUPS = 4
const GROUP = 6
/** Crockford's base 32: nothing that is read or typed wrongly. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** 120 bits each: enough for a plain hash at rest (ASVS 5.0 V6.5 asks for 112). */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: CODES }, () =>
    Array.from({ length: GROUPS }, () => Array.from({ length: GROUP }, () => LETTERS[randomInt(32)]).join('')).join(
      '-',
    ),
  )

/** A code however it was typed: case, blanks and look-alikes do not matter. */
export const canonical = (code: string): string =>
  code.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1')
