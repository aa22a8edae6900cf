import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { Instant, PageQuery, page } from '../page.ts'

/** One act as a list shows it. `seq` is its place in the hash chain; absent for the second or so before it is sealed. */
export const AuditEntry = z.object({
  id: z.uuid(),
  seq: z.number().int().optional(),
  at: Instant,
  actor: z.object({ kind: z.enum(['user', 'key', 'system', 'anonymous']), id: z.string(), name: z.string() }),
  /** `resource.verb`, such as `calendar.added`. */
  action: z.string(),
  object: z.object({ type: z.string(), id: z.string(), domain: z.string().optional() }),
  from: z.object({ ip: z.string(), userAgent: z.string(), requestId: z.string() }).optional(),
  correlationId: z.string().optional(),
})
export type AuditEntry = z.output<typeof AuditEntry>

/** A field that the act changed, by its path in the object; without `before` it was added, without `after` removed. */
export const AuditChange = z.object({
  path: z.string(),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
})
export type AuditChange = z.output<typeof AuditChange>

/** One act in full. */
export const AuditRecord = AuditEntry.extend({ changes: z.array(AuditChange), hash: z.string().optional() })
export type AuditRecord = z.output<typeof AuditRecord>

const Word = z.string().trim().min(1).max(200)

export const searchAudit = endpoint('GET /api/v1/audit', {
  can: 'audit:read',
  summary: 'Acts recorded, newest first; the search is itself recorded',
  query: PageQuery.extend({
    /** Id of who acted, or part of the name. */
    actor: Word.optional(),
    /** An action, or its beginning such as `user.`. */
    action: Word.optional(),
    objectType: Word.optional(),
    objectId: Word.optional(),
    domain: Word.optional(),
    correlationId: Word.optional(),
    from: Instant.optional(),
    to: Instant.optional(),
    /** Anything in the act: names, ids, address, changed values. */
    text: Word.optional(),
  }),
  answers: page(AuditEntry),
})

export const getAuditRecord = endpoint('GET /api/v1/audit/:id', {
  can: 'audit:read',
  summary: 'One act with what it changed',
  params: z.object({ id: z.uuid() }),
  answers: AuditRecord,
})

/** What verification may find. */
export const AuditFault = z.object({
  kind: z.enum([
    'row_altered',
    'row_missing',
    'row_foreign',
    'checkpoint_altered',
    'checkpoint_missing',
    'key_unknown',
    'file_broken',
  ]),
  /** Place in the chain, for a fault of a row. */
  seq: z.number().int().optional(),
  /** Number of the checkpoint, for a fault of one. */
  checkpoint: z.number().int().optional(),
  detail: z.string(),
})
export type AuditFault = z.output<typeof AuditFault>

export const AuditVerification = z.object({
  id: z.uuid(),
  state: z.enum(['running', 'done', 'failed']),
  startedAt: Instant,
  finishedAt: Instant.optional(),
  startedBy: z.string(),
  /** The part that was asked for, by sequence numbers; the whole chain without. */
  from: z.number().int().optional(),
  to: z.number().int().optional(),
  /** Rows checked so far, of how many. */
  rows: z.number().int(),
  total: z.number().int(),
  checkpoints: z.number().int(),
  /** Whether no fault was found; absent while it runs. */
  sound: z.boolean().optional(),
  faultCount: z.number().int(),
  /** The first hundred faults. */
  faults: z.array(AuditFault),
  /** The last row that a signature vouches for; rows after it are only chained. */
  signedUpTo: z.number().int(),
  /** Acts recorded but not yet in the chain. */
  unsealed: z.number().int(),
  reason: z.string().optional(),
})
export type AuditVerification = z.output<typeof AuditVerification>

const Seq = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER)

export const verifyAudit = endpoint('POST /api/v1/audit/verify', {
  can: 'audit:execute',
  summary:
    'Check the hash chain and its signatures; answers 202 with state "running" when it takes more than a few seconds',
  body: z
    .object({ from: Seq.optional(), to: Seq.optional() })
    .refine(({ from = 1, to = Number.MAX_SAFE_INTEGER }) => from <= to, {
      path: ['to'],
      error: 'must not be below from',
    }),
  answers: AuditVerification,
  status: 200,
  perMinute: 12,
})

export const listAuditVerifications = endpoint('GET /api/v1/audit/verifications', {
  can: 'audit:read',
  summary: 'The latest verifications',
  answers: page(AuditVerification),
})

export const getAuditVerification = endpoint('GET /api/v1/audit/verifications/:id', {
  can: 'audit:read',
  summary: 'Progress and result of one verification',
  params: z.object({ id: z.uuid() }),
  answers: AuditVerification,
})

/** The answer is a gzipped NDJSON file that `bellwether audit verify FILE` checks without server or database. */
export const exportAudit = endpoint('GET /api/v1/audit/export', {
  can: 'audit:admin',
  summary: 'The whole log with checkpoints and public keys as gzipped NDJSON, verifiable offline',
  answers: z.unknown(),
  produces: 'application/gzip',
  stepUp: true,
  perMinute: 6,
})

export const AuditKey = z.object({
  id: z.string(),
  algorithm: z.literal('Ed25519'),
  /** SubjectPublicKeyInfo in PEM. */
  publicKey: z.string(),
  /** SHA-256 of the key's DER form in hex: write it down elsewhere and compare. */
  fingerprint: z.string(),
  createdAt: Instant,
})
export type AuditKey = z.output<typeof AuditKey>

export const listAuditKeys = endpoint('GET /api/v1/audit/keys', {
  can: 'audit:read',
  summary: 'Public keys that sign the checkpoints',
  answers: page(AuditKey),
})
