export type { Act, Audit } from './face.ts'
