import { migrationsIn } from '../storage/index.ts'

export { createAudit } from './audit.ts'
export type { Act, Audit, AuditProgress, AuditReport, AuditSpan } from './face.ts'
export { auditRoutes } from './routes.ts'
export { type ExportReport, type VerifyOptions, verifyExport, verifyExportFile } from './verify.ts'
export const auditMigrations = migrationsIn('platform/audit', import.meta.dirname)
