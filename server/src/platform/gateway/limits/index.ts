export { callerKey, createLimits, type Limits, network } from './limits.ts'
export { type Policy, policyOf, type Verdict } from './policy.ts'
