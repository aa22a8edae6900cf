import { createHash, createHmac, randomBytes } from 'node:crypto'

/** 256 bits, so a plain hash at rest gives nothing away. The prefix lets a scanner find a leaked one. */
const PREFIX = 'bwr_'

export const newSecret = (): string => randomBytes(32).toString('base64url')
export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()

export const newRefreshToken = (): string => PREFIX + newSecret()

/**
 * The successor of a refresh token, computable only by who holds the token and only while the salt is kept. So late
 * callers get the very same successor and no second branch of the family ever comes to be.
 */
export const successorOf = (token: string, salt: Buffer): string =>
  PREFIX + createHmac('sha256', token).update(salt).digest('base64url')
