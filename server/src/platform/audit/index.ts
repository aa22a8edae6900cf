import { migrationsIn } from '../storage/index.ts'

export { createAudit } from './audit.ts'
export type { Act, Audit, AuditProgress, AuditReport, AuditSpan } from './face.ts'
export const auditMigrations = migrationsIn('platform/audit', import.meta.dirname)
