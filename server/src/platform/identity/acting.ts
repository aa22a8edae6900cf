import type { Principal } from '../access/index.ts'
import { currentContext, runIn } from '../telemetry/index.ts'

/** Runs work in the name of a person who has just shown who they are, so that the audit log names them. */
export function asPerson<T>(person: Pick<Principal, 'id' | 'name' | 'sessionId'>, work: () => T): T {
  const context = currentContext()
  const principal: Principal = { kind: 'user', grants: [], ...person }
  return runIn({ ...(context ?? { correlationId: person.id }), principal }, work)
}
