/** The browser does not say whether the person cancelled or has no passkey here, so that no site can find out. */
export function passkeyTrouble(error: unknown): string {
  const name = error instanceof Error ? error.name : ''
  if (name === 'NotAllowedError' || name === 'AbortError') return 'The passkey was not used: cancelled, or none here.'
  if (name === 'InvalidStateError') return 'This device already has a passkey for your account.'
  if (name === 'SecurityError')
    return 'Passkeys need the name by which this installation is known, and https unless it is localhost.'
  return error instanceof Error ? error.message : 'The passkey did not work.'
}
